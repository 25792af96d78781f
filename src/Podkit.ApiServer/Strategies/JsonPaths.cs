using System.Text.Json;
using System.Text.Json.Nodes;

namespace Podkit.ApiServer.Strategies;

/// <summary>Reading of documents by dotted paths.</summary>
internal static class JsonPaths
{
    /// <summary>The node at a path such as <c>spec.nodeName</c>, or null.</summary>
    public static JsonNode? Node(JsonObject obj, string path)
    {
        JsonNode? at = obj;
        foreach (var part in path.Split('.')) at = (at as JsonObject)?[part];
        return at;
    }

    /// <summary>The text at a path: strings as they are, numbers and booleans as JSON writes them, else empty.</summary>
    public static string Text(JsonObject obj, string path) => Text(Node(obj, path));

    public static string Text(JsonNode? node) => node is not JsonValue value ? "" : value.GetValueKind() switch
    {
        JsonValueKind.String => value.GetValue<string>(),
        JsonValueKind.Null => "",
        _ => value.ToString(),
    };
}
