using System.Text.Json.Nodes;
using Podkit.Model.Yaml;

namespace Podkit.Client.Configuration;

/// <summary>A kubeconfig file as it is written.</summary>
internal sealed class KubeConfigFile
{
    private readonly YamlDocument _document;
    private readonly JsonObject _root;

    private KubeConfigFile(string file, YamlDocument document, JsonObject root) => (File, _document, _root) = (file, document, root);

    public string File { get; }

    public string? CurrentContext => _root["current-context"] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    public static KubeConfigFile Read(string file)
    {
        try
        {
            var documents = YamlDocuments.Parse(System.IO.File.ReadAllText(file), file).ToList();
            return documents is [{ Root: JsonObject root } document]
                ? new KubeConfigFile(file, document, root)
                : throw new KubernetesConfigurationException($"{file} is not a kubeconfig: it must be one YAML or JSON document with clusters, users and contexts");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KubernetesConfigurationException($"the kubeconfig {file} cannot be read: {e.Message}", e);
        }
        catch (YamlFormatException e)
        {
            throw new KubernetesConfigurationException($"the kubeconfig cannot be read: {e.Message}");
        }
    }

    public KubeConfigEntry? Find(string list, string name)
    {
        if (_root[list] is not JsonArray entries) return null;
        for (var i = 0; i < entries.Count; i++)
        {
            if (Name(entries[i]) == name) return new KubeConfigEntry(File, _document, $"{list}[{i}].{Singular(list)}", entries[i]![Singular(list)] as JsonObject ?? []);
        }

        return null;
    }

    public IEnumerable<string> Names(string list) => (_root[list] as JsonArray ?? []).Select(Name).OfType<string>();

    private static string? Name(JsonNode? entry) => entry is JsonObject o && o["name"] is JsonValue value && value.TryGetValue(out string? name) ? name : null;

    private static string Singular(string list) => list[..^1];
}

/// <summary>A cluster, user or context of a kubeconfig, with the place of its fields for messages.</summary>
internal sealed class KubeConfigEntry(string file, YamlDocument document, string path, JsonObject fields)
{
    public bool Has(string field) => fields[field] is not null;

    public bool IsTrue(string field) => fields[field] is JsonValue value && value.TryGetValue(out bool flag) ? flag : Has(field) ? throw Problem(field, "true or false is needed") : false;

    public string? Text(string field) => fields[field] switch
    {
        null => null,
        JsonValue value when value.TryGetValue(out string? text) => text,
        _ => throw Problem(field, "a string is needed"),
    };

    /// <summary>A file, relative to the kubeconfig's folder.</summary>
    public string? Path(string field) => Text(field) is { Length: > 0 } text
        ? System.IO.Path.GetFullPath(text, System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(file))!)
        : null;

    /// <summary>The file's folder: relative paths in it start there.</summary>
    public string Folder => System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(file))!;

    /// <summary>A structure, or null.</summary>
    public KubeConfigEntry? Part(string field) => fields[field] switch
    {
        null => null,
        JsonObject part => new KubeConfigEntry(file, document, $"{path}.{field}", part),
        _ => throw Problem(field, "a structure is needed"),
    };

    public IReadOnlyList<string> Texts(string field) => fields[field] switch
    {
        null => [],
        JsonArray list => [.. list.Select((item, i) => item is JsonValue v && v.TryGetValue(out string? text) ? text : throw Problem($"{field}[{i}]", "a string is needed"))],
        _ => throw Problem(field, "a list of strings is needed"),
    };

    /// <summary>A list of <c>name</c> and <c>value</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Pairs(string field)
    {
        if (fields[field] is null) return [];
        if (fields[field] is not JsonArray list) throw Problem(field, "a list of name and value is needed");
        var pairs = new List<KeyValuePair<string, string>>();
        for (var i = 0; i < list.Count; i++)
        {
            var entry = new KubeConfigEntry(file, document, $"{path}.{field}[{i}]", list[i] as JsonObject ?? throw Problem($"{field}[{i}]", "name and value are needed"));
            pairs.Add(new(entry.Text("name") is { Length: > 0 } name ? name : throw entry.Missing("name", "the variable's name"), entry.Text("value") ?? ""));
        }

        return pairs;
    }

    /// <summary>The JSON of an extension, as it is passed to credential plugins.</summary>
    public string? Extension(string name)
    {
        foreach (var extension in fields["extensions"] as JsonArray ?? [])
        {
            if (extension is not JsonObject o || o["name"] is not JsonValue v || !v.TryGetValue(out string? found) || found != name) continue;
            return o["extension"] is { } value ? System.Text.Encoding.UTF8.GetString(Resources.JsonBytes.Of(value)) : null;
        }

        return null;
    }

    public KubernetesConfigurationException Missing(string field, string what) => Problem(field, $"it is missing: {what} is needed");

    /// <summary>Says what is wrong with a field, and where; never its value, which may be a secret.</summary>
    public KubernetesConfigurationException Problem(string field, string what) => new($"{file}:{document.LineOf($"{path}.{field}")}: {path}.{field}: {what}");
}
