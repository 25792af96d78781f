using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Podkit.ApiServer.Errors;

namespace Podkit.ApiServer.Authorization;

/// <summary>Documents as typed objects and in parts.</summary>
internal static class Documents
{
    /// <summary>The document as a typed object.</summary>
    /// <exception cref="ApiException">400 when a field has the wrong type.</exception>
    public static T Read<T>(JsonObject document, JsonTypeInfo<T> type)
    {
        try
        {
            return document.Deserialize(type)!;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            throw ApiException.BadRequest($"{typeof(T).Name} in version \"v1\" cannot be handled as a {typeof(T).Name}: {e.Message}");
        }
    }

    /// <summary>A list of strings.</summary>
    public static JsonArray Array(IEnumerable<string> values) => new([.. values.Select(v => (JsonNode)v)]);
}
