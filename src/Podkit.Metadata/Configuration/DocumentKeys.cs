using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Podkit.Model.Yaml;

namespace Podkit.Metadata.Configuration;

/// <summary>
/// Turns documents into keys of configuration: <c>{"A": {"B": [1]}}</c> is <c>A:B:0</c>. Messages tell the place of an error, never what stands there:
/// it may be a Secret's.
/// </summary>
internal static class DocumentKeys
{
    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = YamlDocuments.MaximumDepth };

    /// <summary>Reads JSON, with comments and trailing commas as .NET's own provider.</summary>
    /// <returns>Whether it was JSON; otherwise nothing is added.</returns>
    public static bool TryReadJson(string text, string prefix, Dictionary<string, string?> data) => ReadJson(text, prefix, data) is null;

    /// <summary>Reads JSON; returns what is wrong, or null.</summary>
    public static string? ReadJson(string text, string prefix, Dictionary<string, string?> data)
    {
        try
        {
            using var document = JsonDocument.Parse(text, Lenient);
            if (document.RootElement.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array)) return "is JSON, but neither an object nor an array";
            Add(document.RootElement, prefix, data);
            return null;
        }
        catch (JsonException e)
        {
            return $"is not JSON: line {(e.LineNumber ?? 0) + 1}, byte {(e.BytePositionInLine ?? 0) + 1}";
        }
    }

    /// <summary>Reads one YAML document; returns what is wrong, or null.</summary>
    public static string? ReadYaml(string text, string prefix, Dictionary<string, string?> data)
    {
        try
        {
            foreach (var document in YamlDocuments.Parse(text, "")) Add(document.Root, prefix, data);
            return null;
        }
        catch (YamlFormatException e)
        {
            return string.Create(CultureInfo.InvariantCulture, $"is not YAML: line {e.Line}");
        }
    }

    private static void Add(JsonElement element, string path, Dictionary<string, string?> data)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject()) Add(property.Value, Join(path, property.Name), data);
                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in element.EnumerateArray()) Add(item, Join(path, Text(index++)), data);
                break;
            case JsonValueKind.Null:
                data[path] = null;
                break;
            default:
                data[path] = element.ToString();
                break;
        }
    }

    private static void Add(JsonNode? node, string path, Dictionary<string, string?> data)
    {
        switch (node)
        {
            case JsonObject map:
                foreach (var (name, value) in map) Add(value, Join(path, name), data);
                break;
            case JsonArray list:
                for (var i = 0; i < list.Count; i++) Add(list[i], Join(path, Text(i)), data);
                break;
            case null:
                if (path.Length > 0) data[path] = null;
                break;
            default:
                data[path] = node.ToString();
                break;
        }
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}:{name}";

    private static string Text(int index) => index.ToString(CultureInfo.InvariantCulture);
}
