using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;

namespace Podkit.ApiServer.Protobuf;

/// <summary>The messages of all API types. Each is parsed when it is first asked for.</summary>
internal static class ProtobufSchema
{
    private static readonly Lazy<(byte[] Bytes, Dictionary<string, Range> Lines)> Facts = new(Load);
    private static readonly ConcurrentDictionary<string, ProtobufMessage> Parsed = new(StringComparer.Ordinal);

    /// <summary>The full names of all messages.</summary>
    public static IEnumerable<string> Names => Facts.Value.Lines.Keys;

    /// <summary>The message of that full name, or null.</summary>
    public static ProtobufMessage? Find(string name)
    {
        if (Parsed.TryGetValue(name, out var known)) return known;
        if (!Facts.Value.Lines.TryGetValue(name, out var line)) return null;
        using var document = JsonDocument.Parse(Facts.Value.Bytes.AsMemory(line));
        return Parsed.GetOrAdd(name, new ProtobufMessage(name, document.RootElement.EnumerateArray().Select(x => new ProtobufField(x))));
    }

    /// <summary>Finds where each message stands: the facts hold one a line.</summary>
    private static (byte[] Bytes, Dictionary<string, Range> Lines) Load()
    {
        using var stream = typeof(ProtobufSchema).Assembly.GetManifestResourceStream("protobuf.json")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        var lines = new Dictionary<string, Range>(StringComparer.Ordinal);
        for (var at = 0; at < bytes.Length;)
        {
            var end = Array.IndexOf(bytes, (byte)'\n', at);
            if (end < 0) end = bytes.Length;
            if (bytes[at] == '"')
            {
                var quote = Array.IndexOf(bytes, (byte)'"', at + 1);
                lines[Encoding.UTF8.GetString(bytes, at + 1, quote - at - 1)] = (quote + 2)..(bytes[end - 1] == ',' ? end - 1 : end);
            }

            at = end + 1;
        }

        return (bytes, lines);
    }
}
