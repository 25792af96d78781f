using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Podkit.DownwardApi;

/// <summary>
/// The form in which a volume shows all labels or all annotations: a line <c>key="value"</c> each, sorted by the key's bytes, the
/// value quoted as Go quotes it, without a newline at the end. The empty map is the empty file.
/// </summary>
/// <remarks>
/// What <see cref="Format"/> writes, <see cref="Parse"/> reads back, for every map whose keys hold no line feed; Kubernetes
/// accepts no such key.
/// </remarks>
public static class WholeMap
{
    private const int LongestKeyInMessage = 64;

    /// <summary>Writes a map as the content of a file.</summary>
    /// <param name="map">Labels or annotations; null is the empty map.</param>
    public static string Format(IReadOnlyDictionary<string, string>? map)
    {
        if (map is null || map.Count == 0)
            return "";
        var buffer = new TextBuffer(stackalloc char[512]);
        Write(map, ref buffer);
        var text = buffer.Text.ToString();
        buffer.Dispose();
        return text;
    }

    /// <summary>Writes a map as the bytes of a file.</summary>
    /// <param name="map">Labels or annotations; null is the empty map.</param>
    public static byte[] FormatUtf8(IReadOnlyDictionary<string, string>? map)
    {
        if (map is null || map.Count == 0)
            return [];
        var buffer = new TextBuffer(stackalloc char[512]);
        Write(map, ref buffer);
        var bytes = new byte[Encoding.UTF8.GetByteCount(buffer.Text)];
        Encoding.UTF8.GetBytes(buffer.Text, bytes);
        buffer.Dispose();
        return bytes;
    }

    /// <summary>Reads the content of a file back into a map. A newline at the end is allowed.</summary>
    /// <param name="text">The content.</param>
    /// <exception cref="DownwardApiFormatException">The content is in another form.</exception>
    public static Dictionary<string, string> Parse(ReadOnlySpan<char> text) =>
        Read(text, out var line, out var problem) ?? throw new DownwardApiFormatException(line, problem);

    /// <summary>Reads the bytes of a file back into a map. Bytes that are no UTF-8 become U+FFFD.</summary>
    /// <param name="utf8">The content.</param>
    /// <exception cref="DownwardApiFormatException">The content is in another form.</exception>
    public static Dictionary<string, string> ParseUtf8(ReadOnlySpan<byte> utf8)
    {
        var chars = ArrayPool<char>.Shared.Rent(Encoding.UTF8.GetMaxCharCount(utf8.Length));
        try
        {
            return Parse(chars.AsSpan(0, Encoding.UTF8.GetChars(utf8, chars)));
        }
        finally
        {
            ArrayPool<char>.Shared.Return(chars);
        }
    }

    /// <summary>Reads the content of a file back into a map, or tells why it cannot.</summary>
    /// <param name="text">The content.</param>
    /// <param name="map">The map.</param>
    /// <param name="error">What is wrong, with its line.</param>
    public static bool TryParse(
        ReadOnlySpan<char> text,
        [NotNullWhen(true)] out Dictionary<string, string>? map,
        [NotNullWhen(false)] out string? error)
    {
        map = Read(text, out var line, out var problem);
        error = map is null ? $"line {line}: {problem}" : null;
        return map is not null;
    }

    private static void Write(IReadOnlyDictionary<string, string> map, ref TextBuffer buffer)
    {
        var entries = new KeyValuePair<string, string>[map.Count];
        var count = 0;
        foreach (var entry in map)
            entries[count++] = entry;
        Array.Sort(entries, static (x, y) => ByteOrder.Instance.Compare(x.Key, y.Key));
        for (var i = 0; i < entries.Length; i++)
        {
            if (i > 0)
                buffer.Append('\n');
            buffer.Append(entries[i].Key);
            buffer.Append('=');
            GoQuoting.Write(entries[i].Value, ref buffer);
        }
    }

    private static Dictionary<string, string>? Read(ReadOnlySpan<char> text, out int line, out string problem)
    {
        line = 0;
        problem = "";
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        while (!text.IsEmpty)
        {
            line++;
            var end = text.IndexOf('\n');
            var entry = end < 0 ? text : text[..end];
            text = end < 0 ? default : text[(end + 1)..];
            problem = ReadEntry(entry, map);
            if (problem.Length > 0)
                return null;
        }
        return map;
    }

    /// <summary>Adds the entry of one line; says what is wrong with it, or nothing.</summary>
    private static string ReadEntry(ReadOnlySpan<char> entry, Dictionary<string, string> map)
    {
        if (entry.IsEmpty)
            return "is empty where key=\"value\" is expected";
        // The opening quote is the last that follows a '=': inside a value a backslash stands before every quote.
        var opening = entry[^1] == '"' ? entry[..^1].LastIndexOf("=\"") : -1;
        if (opening < 0)
            return "is not of the form key=\"value\"";
        var key = entry[..opening].ToString();
        if (!GoQuoting.TryRead(entry[(opening + 2)..^1], out var value, out var error))
            return $"the value of {Shortened(key)} is not quoted as Go quotes: {error}";
        return map.TryAdd(key, value) ? "" : $"the key {Shortened(key)} stands twice";
    }

    private static string Shortened(string key) => key.Length <= LongestKeyInMessage ? key : key[..LongestKeyInMessage] + "…";
}
