using System.Text.Json;
using System.Text.Json.Nodes;
using Podkit.Model;
using Podkit.Model.Schemas;

namespace Podkit.Client.Resources;

/// <summary>
/// What of an object is sent for server-side apply. A type always has its structures (<c>status</c>, a container's <c>resources</c>), and writes them as
/// <c>{}</c> when they are empty: applied, they would be owned. The schema tells them from those whose presence means something (<c>emptyDir: {}</c>).
/// </summary>
internal static class ApplyDocument
{
    public static byte[] Of(byte[] json, ResourceKind kind, string? subresource)
    {
        var document = JsonNode.Parse(json, null, new JsonDocumentOptions { MaxDepth = 256 }) as JsonObject ?? throw new JsonException("expected an object");
        document["apiVersion"] ??= kind.ApiVersion;
        document["kind"] ??= kind.Kind;
        if (document["metadata"] is JsonObject metadata)
        {
            metadata.Remove("managedFields");
            metadata.Remove("creationTimestamp");
        }

        if (subresource != "status") document.Remove("status");
        if (SchemaRegistry.FindKind(kind.Group, kind.Version, kind.Kind) is { } schema) Prune(document, schema);
        return JsonBytes.Of(document);
    }

    /// <summary>One field of an object, without the empty structures: a patch of it.</summary>
    public static byte[] Prune(byte[] json, ResourceKind kind, string field)
    {
        var document = (JsonObject)JsonNode.Parse(json)!;
        if (SchemaRegistry.FindKind(kind.Group, kind.Version, kind.Kind) is { } schema) Prune(document, schema);
        return JsonBytes.Of(new JsonObject { [field] = document[field]?.DeepClone() });
    }

    private static void Prune(JsonObject value, TypeSchema schema)
    {
        if (schema.Fields is not { } fields) return;
        foreach (var (name, child) in value.ToList())
        {
            if (!fields.TryGetValue(name, out var field)) continue;
            Prune(child, field);
            var emptyStructure = child is JsonObject { Count: 0 } && field.Reference is not null && field.Default is { ValueKind: JsonValueKind.Object };
            var emptyList = child is JsonArray { Count: 0 } && schema.Required.Contains(name);
            if (emptyStructure || emptyList) value.Remove(name);
        }
    }

    private static void Prune(JsonNode? value, FieldSchema field)
    {
        if (value is JsonObject one && field.Target is { } target) Prune(one, target);
        else if (value is JsonObject map && field.Map is { } mapped)
        {
            foreach (var entry in map) Prune(entry.Value, mapped);
        }
        else if (value is JsonArray list && field.List is { } element)
        {
            foreach (var item in list) Prune(item, element);
        }
    }
}
