using System.Text.Json;
using System.Text.Json.Nodes;

namespace Podkit.ApiServer.Defaulting;

/// <summary>Reading and filling of documents, as defaulting and admission need it.</summary>
internal static class DocumentEdits
{
    /// <summary>The object at that field, or null.</summary>
    public static JsonObject? Object(this JsonObject obj, string field) => obj[field] as JsonObject;

    /// <summary>The object at that field, made when it is missing.</summary>
    public static JsonObject EnsureObject(this JsonObject obj, string field)
    {
        if (obj[field] is JsonObject child) return child;
        child = [];
        obj[field] = child;
        return child;
    }

    /// <summary>The list at that field, made when it is missing.</summary>
    public static JsonArray EnsureList(this JsonObject obj, string field)
    {
        if (obj[field] is JsonArray list) return list;
        list = [];
        obj[field] = list;
        return list;
    }

    /// <summary>Adds a node; the list's own generic Add is not fit for trimming.</summary>
    public static void Append(this JsonArray list, JsonNode node) => list.Add(node);

    /// <summary>The objects of the list at that field; none when there is no list.</summary>
    public static IEnumerable<JsonObject> Objects(this JsonObject? obj, string field) => obj?[field] is JsonArray list ? list.OfType<JsonObject>() : [];

    /// <summary>The text at that field; empty when there is none.</summary>
    public static string Text(this JsonObject? obj, string field) =>
        obj?[field] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : "";

    /// <summary>The number at that field, or null.</summary>
    public static long? Number(this JsonObject? obj, string field) =>
        obj?[field] is JsonValue value && value.GetValueKind() == JsonValueKind.Number && value.TryGetValue<long>(out var number) ? number
        : obj?[field] is JsonValue small && small.TryGetValue<int>(out var narrow) ? narrow
        : null;

    /// <summary>Whether the field is true; <paramref name="missing"/> when it is not there.</summary>
    public static bool Flag(this JsonObject? obj, string field, bool missing = false) => obj?[field] switch
    {
        JsonValue value when value.GetValueKind() == JsonValueKind.True => true,
        JsonValue value when value.GetValueKind() == JsonValueKind.False => false,
        _ => missing,
    };

    /// <summary>Sets a text where there is none or an empty one.</summary>
    public static void DefaultText(this JsonObject obj, string field, string value)
    {
        if (obj.Text(field).Length == 0) obj[field] = value;
    }

    /// <summary>Sets a number where there is none.</summary>
    public static void DefaultNumber(this JsonObject obj, string field, long value)
    {
        if (obj[field] is null) obj[field] = value;
    }

    /// <summary>Sets a number where there is none or 0.</summary>
    public static void DefaultNonZero(this JsonObject obj, string field, long value)
    {
        if (obj.Number(field) is null or 0) obj[field] = value;
    }

    /// <summary>Sets a truth value where there is none.</summary>
    public static void DefaultFlag(this JsonObject obj, string field, bool value)
    {
        if (obj[field] is null) obj[field] = value;
    }

    /// <summary>The texts of a map of texts; empty when there is none.</summary>
    public static Dictionary<string, string> Texts(this JsonObject? obj, string field)
    {
        var result = new Dictionary<string, string>(StringComparer.Ordinal);
        if (obj?[field] is not JsonObject map) return result;
        foreach (var (key, value) in map) result[key] = value is JsonValue text && text.GetValueKind() == JsonValueKind.String ? text.GetValue<string>() : "";
        return result;
    }
}
