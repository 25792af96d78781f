using System.Text.Json;

namespace Podkit.Model.Schemas;

/// <summary>A type of the API: its fields and the rules that merge and validation follow.</summary>
public sealed class TypeSchema
{
    internal TypeSchema(string name, JsonElement json)
    {
        Name = name;
        if (json.TryGetProperty("properties", out var properties))
            Fields = properties.EnumerateObject().ToDictionary(p => p.Name, p => new FieldSchema(p.Value), StringComparer.Ordinal);
        if (json.TryGetProperty("required", out var required)) Required = required.EnumerateArray().Select(x => x.GetString()!).ToHashSet(StringComparer.Ordinal);
        IsAtomicMap = json.TryGetProperty("mapType", out var mapType) && mapType.GetString() == "atomic";
        Type = json.TryGetProperty("type", out var type) ? type.GetString() : null;
        Format = json.TryGetProperty("format", out var format) ? format.GetString() : null;
        if (json.TryGetProperty("unions", out var unions)) Unions = unions.Clone();
    }

    /// <summary>The full name, such as <c>io.k8s.api.core.v1.Pod</c>.</summary>
    public string Name { get; }

    /// <summary>The fields by JSON name; null for types without fields of their own (quantities, times, raw JSON).</summary>
    public IReadOnlyDictionary<string, FieldSchema>? Fields { get; }

    /// <summary>The fields that must be there.</summary>
    public IReadOnlySet<string> Required { get; } = new HashSet<string>();

    /// <summary>Whether apply treats the object as one value (<c>x-kubernetes-map-type: atomic</c>).</summary>
    public bool IsAtomicMap { get; }

    /// <summary>The JSON type of a type without fields; null when it is any or one of several.</summary>
    public string? Type { get; }

    /// <summary>The OpenAPI format of a type without fields.</summary>
    public string? Format { get; }

    /// <summary>The discriminated unions of the type, as the facts give them.</summary>
    public JsonElement? Unions { get; }
}
