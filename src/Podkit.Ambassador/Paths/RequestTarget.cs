using System.Buffers;
using System.Text;

namespace Podkit.Ambassador.Paths;

/// <summary>
/// The target of a request: sent on as it came, judged by its canonical path. A path that two readers could understand differently (an empty, a dot or a
/// double-dot segment, an encoded slash, backslash or percent sign) is refused: what is judged must be what is done.
/// </summary>
internal readonly struct RequestTarget
{
    private static readonly SearchValues<char> Plain = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,;=:@/");
    private static readonly SearchValues<char> Query = SearchValues.Create(string.Concat(Enumerable.Range(0x21, 0x7e - 0x20).Select(c => (char)c).Where(c => c != '#')));

    private RequestTarget(string raw, int pathLength, string path) => (Raw, PathLength, Path) = (raw, pathLength, path);

    /// <summary>The target as the client sent it.</summary>
    public string Raw { get; }

    /// <summary>How much of <see cref="Raw"/> is the path.</summary>
    public int PathLength { get; }

    /// <summary>The canonical path, decoded.</summary>
    public string Path { get; }

    public ReadOnlySpan<char> QueryString => Raw.AsSpan(PathLength);

    /// <summary>Returns null and the target, or what is wrong with it.</summary>
    public static string? Parse(string raw, out RequestTarget target)
    {
        target = default;
        if (raw.Length == 0 || raw[0] != '/') return "the request target must be a path: this is not a proxy for other servers";
        var mark = raw.IndexOf('?', StringComparison.Ordinal);
        var length = mark < 0 ? raw.Length : mark;
        if (mark >= 0 && raw.AsSpan(mark).ContainsAnyExcept(Query)) return "the query holds a character that must be percent-encoded";

        var encoded = raw.AsSpan(0, length);
        string path;
        if (!encoded.ContainsAnyExcept(Plain)) path = length == raw.Length ? raw : raw[..length];
        else if (Decode(encoded, out path) is { } problem) return problem;

        if (HasOddSegment(path)) return "the path is ambiguous: it has an empty, a \".\" or a \"..\" segment";
        target = new RequestTarget(raw, length, path);
        return null;
    }

    /// <summary>The target without a prefix of its path that ends with a slash; the slash stays.</summary>
    public RequestTarget Strip(string prefix)
    {
        var cut = prefix.Length - 1;
        return cut <= 0 ? this : new RequestTarget(Raw[cut..], PathLength - cut, Path[cut..]);
    }

    private static bool HasOddSegment(string path)
    {
        if (path.Contains("//", StringComparison.Ordinal)) return true;
        for (var dot = path.IndexOf("/.", StringComparison.Ordinal); dot >= 0; dot = path.IndexOf("/.", dot + 1, StringComparison.Ordinal))
        {
            var rest = path.AsSpan(dot + 2);
            if (rest.Length > 0 && rest[0] == '.') rest = rest[1..];
            if (rest.Length == 0 || rest[0] == '/') return true;
        }

        return false;
    }

    private static string? Decode(ReadOnlySpan<char> encoded, out string path)
    {
        path = "";
        var bytes = new byte[encoded.Length];
        var count = 0;
        for (var i = 0; i < encoded.Length; i++)
        {
            var c = encoded[i];
            if (c == '%')
            {
                if (i + 2 >= encoded.Length) return "the path holds a \"%\" that is no percent-encoding";
                if (!char.IsAsciiHexDigit(encoded[i + 1]) || !char.IsAsciiHexDigit(encoded[i + 2])) return "the path holds a \"%\" that is no percent-encoding";
                var value = Convert.ToByte(encoded.Slice(i + 1, 2).ToString(), 16);
                if (value is (byte)'/' or (byte)'\\' or (byte)'%') return "the path is ambiguous: it holds an encoded slash, backslash or percent sign";
                if (value is < 0x20 or 0x7f) return "the path holds an encoded control character";
                bytes[count++] = value;
                i += 2;
            }
            else if (Plain.Contains(c)) bytes[count++] = (byte)c;
            else return "the path holds a character that must be percent-encoded";
        }

        try
        {
            path = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes, 0, count);
            return null;
        }
        catch (DecoderFallbackException)
        {
            return "the path is not UTF-8";
        }
    }
}
