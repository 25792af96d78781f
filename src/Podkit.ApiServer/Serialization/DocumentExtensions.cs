using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Podkit.ApiServer.Strategies;

namespace Podkit.ApiServer.Serialization;

/// <summary>What is asked of documents everywhere.</summary>
internal static class DocumentExtensions
{
    /// <summary>The metadata, made when it is missing.</summary>
    public static JsonObject Metadata(this JsonObject document) => document.Child("metadata");

    /// <summary>The object at a field, made when it is missing.</summary>
    public static JsonObject Child(this JsonObject document, string field)
    {
        if (document[field] is JsonObject child) return child;
        child = [];
        document[field] = child;
        return child;
    }

    /// <summary>The text at a field; empty when it is missing.</summary>
    public static string Text(this JsonObject document, string field) => JsonPaths.Text(document[field]);

    /// <summary>The text at a path; empty when it is missing.</summary>
    public static string TextAt(this JsonObject document, string path) => JsonPaths.Text(document, path);

    /// <summary>The number at a field, or null.</summary>
    public static long? Number(this JsonObject document, string field) =>
        document[field] is JsonValue v && v.GetValueKind() == JsonValueKind.Number && v.TryGetValue<long>(out var number) ? number : document[field] is JsonValue w && w.TryGetValue<int>(out var small) ? small : null;

    /// <summary>The objects in the list at a path.</summary>
    public static IEnumerable<JsonObject> ObjectsAt(this JsonObject document, string path) =>
        JsonPaths.Node(document, path) is JsonArray list ? list.OfType<JsonObject>() : [];

    /// <summary>The strings in the list at a field.</summary>
    public static IReadOnlyList<string> Texts(this JsonObject document, string field) =>
        document[field] is JsonArray list ? [.. list.Select(JsonPaths.Text)] : [];

    /// <summary>Whether a field holds true.</summary>
    public static bool IsTrue(this JsonObject document, string field) => document[field] is JsonValue v && v.GetValueKind() == JsonValueKind.True;

    /// <summary>A copy of its own.</summary>
    public static JsonObject Copy(this JsonObject document) => (JsonObject)document.DeepClone();

    /// <summary>Kubernetes' <c>Time</c>.</summary>
    public static string ToTime(this DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>A time as a document holds it, or null.</summary>
    public static DateTimeOffset? TimeAt(this JsonObject document, string path) =>
        DateTimeOffset.TryParse(document.TextAt(path), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
