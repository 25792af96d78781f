using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Podkit.ApiServer.Serialization;
using Podkit.ApiServer.Strategies;
using Podkit.Model;
using Podkit.Model.Selectors;

namespace Podkit.ApiServer.Tables;

/// <summary>Cells that look alike in many tables.</summary>
internal static class CommonCells
{
    public const string None = "<none>";

    public static JsonNode Make(JsonObject document, TableColumn column, TimeProvider time) => column.Name switch
    {
        "Name" => document.TextAt("metadata.name"),
        "Age" => HumanDuration.Since(document, "metadata.creationTimestamp", time),
        "Created At" => document.TextAt("metadata.creationTimestamp"),
        _ when column.Type == "integer" => 0,
        _ when column.Type == "boolean" => false,
        _ => None,
    };

    /// <summary>The text at a path, or another when it is missing.</summary>
    public static string OrNone(JsonObject document, string path, string otherwise = None) => document.TextAt(path) is { Length: > 0 } text ? text : otherwise;

    /// <summary>The number at a path; 0 when it is missing.</summary>
    public static JsonNode Number(JsonObject document, string path, long otherwise = 0) =>
        JsonPaths.Node(document, path) is JsonValue v && v.GetValueKind() == JsonValueKind.Number ? v.DeepClone() : JsonValue.Create(otherwise);

    public static long Count(JsonObject document, string path) => JsonPaths.Node(document, path) switch
    {
        JsonArray list => list.Count,
        JsonObject map => map.Count,
        _ => 0,
    };

    /// <summary>The names or images of a pod template's containers.</summary>
    public static string Containers(JsonObject document, string path, string field) => string.Join(',', document.ObjectsAt(path + ".containers").Select(c => c.Text(field)));

    /// <summary>A label selector as text.</summary>
    public static string Selector(JsonNode? selector)
    {
        if (selector is not JsonObject map) return None;
        try
        {
            var text = LabelSelector.FromLabelSelector(map.Deserialize(KubernetesJson.Default.MetaV1LabelSelector)).ToString();
            return text.Length == 0 ? None : text;
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return None;
        }
    }

    /// <summary>A map as <c>a=b,c=d</c>.</summary>
    public static string Pairs(JsonNode? map) => map is JsonObject { Count: > 0 } pairs
        ? string.Join(',', pairs.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}={JsonPaths.Text(p.Value)}"))
        : None;

    public static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
