using System.Globalization;
using System.Text.Json;
using Podkit.Model.Yaml;
using YamlDotNet.Core;

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
            var keys = new Dictionary<string, string?>(data.Comparer);
            Add(document.RootElement, prefix, keys);
            Copy(keys, data);
            return null;
        }
        catch (InvalidOperationException)
        {
            return "holds text that is no Unicode: half of a surrogate pair, as \\ud800";
        }
        catch (JsonException e)
        {
            return $"is not JSON: line {(e.LineNumber ?? 0) + 1}, byte {(e.BytePositionInLine ?? 0) + 1}";
        }
    }

    /// <summary>Reads YAML, scalars as they are written; returns what is wrong, or null.</summary>
    public static string? ReadYaml(string text, string prefix, Dictionary<string, string?> data)
    {
        // YAML's flow style reads JSON but for some of its escapes and white space.
        if (text.AsSpan().TrimStart() is ['{' or '[', ..] && ReadJson(text, prefix, data) is null) return null;
        if (text.Length > YamlDocuments.MaximumLength) return $"is larger than {YamlDocuments.MaximumLength} characters";
        try
        {
            var keys = new Dictionary<string, string?>(data.Comparer);
            YamlKeys.Read(text, prefix, keys);
            Copy(keys, data);
            return null;
        }
        catch (YamlException e)
        {
            return string.Create(CultureInfo.InvariantCulture, $"is not YAML: line {e.Start.Line}");
        }
    }

    private static void Copy(Dictionary<string, string?> from, Dictionary<string, string?> to)
    {
        foreach (var (key, value) in from) to[key] = value;
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

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}:{name}";

    private static string Text(int index) => index.ToString(CultureInfo.InvariantCulture);
}
