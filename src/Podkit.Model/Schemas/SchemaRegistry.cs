using System.Collections.Concurrent;
using System.Text.Json;

namespace Podkit.Model.Schemas;

/// <summary>The schemas of every type of the stable API groups. Each is parsed when it is first asked for.</summary>
public static class SchemaRegistry
{
    private static readonly Lazy<Index> Facts = new(Load);
    private static readonly ConcurrentDictionary<string, TypeSchema> Parsed = new(StringComparer.Ordinal);

    /// <summary>The full names of all types.</summary>
    public static IEnumerable<string> Names => Facts.Value.Lines.Keys;

    /// <summary>The schema of that full name, or null.</summary>
    /// <param name="name">Such as <c>io.k8s.api.core.v1.Pod</c>.</param>
    public static TypeSchema? Find(string name)
    {
        if (Parsed.TryGetValue(name, out var known)) return known;
        if (!Facts.Value.Lines.TryGetValue(name, out var line)) return null;
        using var document = JsonDocument.Parse(Facts.Value.Bytes.AsMemory(line));
        return Parsed.GetOrAdd(name, new TypeSchema(name, document.RootElement));
    }

    /// <summary>The schema of a kind, or null. Kinds that every group serves (DeleteOptions, ...) are found under each.</summary>
    public static TypeSchema? FindKind(string group, string version, string kind) =>
        Facts.Value.Kinds.TryGetValue((group, version, kind), out var name) ? Find(name) : null;

    /// <summary>The full name of a kind's schema, or null.</summary>
    public static string? NameOfKind(string group, string version, string kind) => Facts.Value.Kinds.GetValueOrDefault((group, version, kind));

    /// <summary>The kinds that a schema stands for; one like <c>DeleteOptions</c> does so in every group.</summary>
    /// <param name="name">The full name of the schema.</param>
    public static IEnumerable<(string Group, string Version, string Kind)> KindsOf(string name) =>
        Facts.Value.Kinds.Where(x => x.Value == name).Select(x => x.Key);

    private static Index Load()
    {
        using var stream = typeof(SchemaRegistry).Assembly.GetManifestResourceStream("schemas.json")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        var index = new Index(bytes);
        var at = 0;
        while (at < bytes.Length)
        {
            var end = Array.IndexOf(bytes, (byte)'\n', at);
            if (end < 0) end = bytes.Length;
            index.Add(at, end);
            at = end + 1;
        }

        return index;
    }

    /// <summary>Where each type's line stands: the facts hold one type a line.</summary>
    private sealed class Index(byte[] bytes)
    {
        public byte[] Bytes => bytes;

        public Dictionary<string, Range> Lines { get; } = new(StringComparer.Ordinal);

        public Dictionary<(string Group, string Version, string Kind), string> Kinds { get; } = [];

        public void Add(int start, int end)
        {
            if (end - start < 2 || bytes[start] != '"') return;
            var colon = Array.IndexOf(bytes, (byte)'"', start + 1);
            var name = System.Text.Encoding.UTF8.GetString(bytes, start + 1, colon - start - 1);
            var from = colon + 2;
            if (bytes[end - 1] == ',') end--;
            Lines[name] = from..end;
            if (!bytes.AsSpan(from, end - from).TrimStart((byte)' ').StartsWith("{\"gvk\""u8)) return;
            using var document = JsonDocument.Parse(bytes.AsMemory(from..end));
            foreach (var gvk in document.RootElement.GetProperty("gvk").EnumerateArray())
                Kinds.TryAdd((gvk.GetProperty("group").GetString()!, gvk.GetProperty("version").GetString()!, gvk.GetProperty("kind").GetString()!), name);
        }
    }
}
