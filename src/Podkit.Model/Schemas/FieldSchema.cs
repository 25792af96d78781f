using System.Text.Json;

namespace Podkit.Model.Schemas;

/// <summary>A field of a type, an element of a list or a value of a map.</summary>
public sealed class FieldSchema
{
    internal FieldSchema(JsonElement json)
    {
        Type = Text(json, "type");
        Format = Text(json, "format");
        Reference = Text(json, "ref");
        if (json.TryGetProperty("list", out var list)) List = new FieldSchema(list);
        if (json.TryGetProperty("map", out var map)) Map = new FieldSchema(map);
        if (json.TryGetProperty("default", out var value)) Default = value.Clone();
        if (json.TryGetProperty("enum", out var values)) Enum = [.. values.EnumerateArray().Select(x => x.GetString()!)];
        ListType = Text(json, "listType");
        if (json.TryGetProperty("listMapKeys", out var keys)) ListMapKeys = [.. keys.EnumerateArray().Select(x => x.GetString()!)];
        IsAtomicMap = Text(json, "mapType") == "atomic";
        PatchStrategy = Text(json, "patchStrategy");
        PatchMergeKey = Text(json, "patchMergeKey");
    }

    /// <summary>The JSON type: <c>string</c>, <c>integer</c>, <c>boolean</c>, <c>number</c>; null for lists, maps and references.</summary>
    public string? Type { get; }

    /// <summary>The OpenAPI format: <c>int32</c>, <c>int64</c>, <c>byte</c>, <c>double</c>.</summary>
    public string? Format { get; }

    /// <summary>The full name of the type that the field holds, or null.</summary>
    public string? Reference { get; }

    /// <summary>The schema of <see cref="Reference"/>, or null.</summary>
    public TypeSchema? Target => Reference is null ? null : SchemaRegistry.Find(Reference);

    /// <summary>The element of a list, or null when the field is no list.</summary>
    public FieldSchema? List { get; }

    /// <summary>The value of a map with free keys, or null when the field is no such map.</summary>
    public FieldSchema? Map { get; }

    /// <summary>The default that the schema shows, or null.</summary>
    public JsonElement? Default { get; }

    /// <summary>The values allowed, or null for any.</summary>
    public IReadOnlyList<string>? Enum { get; }

    /// <summary><c>atomic</c>, <c>set</c>, <c>map</c> or null (<c>x-kubernetes-list-type</c>).</summary>
    public string? ListType { get; }

    /// <summary>The keys that identify an element of a list of type <c>map</c>.</summary>
    public IReadOnlyList<string> ListMapKeys { get; } = [];

    /// <summary>Whether apply treats the map as one value.</summary>
    public bool IsAtomicMap { get; }

    /// <summary>The strategic merge strategy: <c>merge</c>, <c>replace</c>, <c>retainKeys</c>, comma-separated, or null.</summary>
    public string? PatchStrategy { get; }

    /// <summary>The key by which strategic merge matches elements, or null.</summary>
    public string? PatchMergeKey { get; }

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var v) ? v.GetString() : null;
}
