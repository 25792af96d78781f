using System.Text.Json.Nodes;

namespace Podkit.Model.Yaml;

/// <summary>One document of a manifest: its value, and where each of its fields stands in the file.</summary>
public sealed class YamlDocument
{
    private readonly Dictionary<string, int> lines;

    internal YamlDocument(JsonNode? root, string file, int line, Dictionary<string, int> lines)
    {
        Root = root;
        File = file;
        Line = line;
        this.lines = lines;
    }

    /// <summary>The value; null for an empty document.</summary>
    public JsonNode? Root { get; }

    /// <summary>The file's name as the user gave it.</summary>
    public string File { get; }

    /// <summary>The line where the document's content starts, from 1.</summary>
    public int Line { get; }

    /// <summary>The line of a field, or of the nearest one above it that the file holds.</summary>
    /// <param name="path">Such as <c>spec.containers[0].name</c> or <c>metadata.labels[app.kubernetes.io/name]</c>.</param>
    public int LineOf(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        for (var at = path; at.Length > 0; at = Parent(at))
            if (lines.TryGetValue(at, out var line)) return line;
        return Line;
    }

    private static string Parent(string path)
    {
        var end = path[^1] == ']' ? path.LastIndexOf('[') : path.LastIndexOf('.');
        return end <= 0 ? "" : path[..end];
    }
}
