using System.Text.Json.Nodes;
using Podkit.Cli.Output;
using Podkit.Model;
using Podkit.Model.Yaml;

namespace Podkit.Cli.Manifests;

/// <summary>Reads manifests from files, folders and standard input.</summary>
internal sealed class ManifestLoader(TextReader standardInput)
{
    private static readonly string[] Extensions = [".yaml", ".yml", ".json"];

    /// <summary>Every object, in the order of the paths and of the files' names.</summary>
    /// <exception cref="CliException">A path is not there, or a manifest cannot be read: every problem with file and line.</exception>
    public IReadOnlyList<Manifest> Load(IEnumerable<string> paths)
    {
        var problems = new List<string>();
        var manifests = new List<Manifest>();
        foreach (var (name, text) in paths.SelectMany(Read))
        {
            try
            {
                foreach (var document in YamlDocuments.Parse(text, name)) Add(document, document.Root, "", manifests, problems);
            }
            catch (YamlFormatException e)
            {
                problems.Add(e.Message);
            }
        }

        if (problems.Count > 0) throw CliException.BadInput(string.Join('\n', problems));
        return manifests.Count > 0 ? manifests : throw CliException.BadInput($"no manifest in {string.Join(", ", paths)}: give files, folders with {string.Join(", ", Extensions)} files, or - for standard input");
    }

    private static void Add(YamlDocument document, JsonNode? node, string within, List<Manifest> manifests, List<string> problems)
    {
        var place = $"{document.File}:{document.LineOf(within)}";
        if (node is not JsonObject value) problems.Add($"{place}: expected an object with apiVersion and kind");
        else if (Text(value, "apiVersion") is not { } apiVersion) problems.Add($"{place}: apiVersion is missing, such as v1 or apps/v1");
        else if (Text(value, "kind") is not { } kind) problems.Add($"{place}: kind is missing, such as Pod");
        else if (kind == "List" && apiVersion == "v1" && value["items"] is JsonArray items)
            foreach (var (i, item) in items.Index()) Add(document, item, Manifest.Join(within, $"items[{i}]"), manifests, problems);
        else if (ResourceTable.FindKind(apiVersion, kind) is not { } resource) problems.Add($"{document.File}:{document.LineOf(Manifest.Join(within, "kind"))}: {Unknown(apiVersion, kind)}");
        else if (value["metadata"] is not JsonObject metadata || (Text(metadata, "name") ?? Text(metadata, "generateName")) is null)
            problems.Add($"{document.File}:{document.LineOf(Manifest.Join(within, "metadata.name"))}: {kind} without metadata.name");
        else manifests.Add(new Manifest(document, (JsonObject)value.DeepClone(), resource, within));
    }

    private static string Unknown(string apiVersion, string kind)
    {
        var elsewhere = ResourceTable.All.Where(r => string.Equals(r.Kind, kind, StringComparison.OrdinalIgnoreCase)).Select(r => $"{r.Kind} of {r.ApiVersion}").ToList();
        return $"there is no kind {kind} in {apiVersion}" + (elsewhere.Count > 0 ? $"; there is {string.Join(" and ", elsewhere)}" : "; Kubernetes 1.34's stable groups are known");
    }

    private static string? Text(JsonObject value, string name) =>
        value[name] is JsonValue v && v.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;

    private IEnumerable<(string Name, string Text)> Read(string path)
    {
        if (path == "-") return [("standard input", standardInput.ReadToEnd())];
        if (File.Exists(path)) return [(path, ReadFile(path))];
        if (!Directory.Exists(path)) throw CliException.BadInput($"{path}: there is no such file or folder");
        var files = Directory.EnumerateFiles(path).Where(f => Extensions.Contains(Path.GetExtension(f), StringComparer.OrdinalIgnoreCase)).Order(StringComparer.Ordinal).ToList();
        return files.Select(f => (f, ReadFile(f)));
    }

    private static string ReadFile(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CliException.BadInput($"{path}: {e.Message}");
        }
    }
}
