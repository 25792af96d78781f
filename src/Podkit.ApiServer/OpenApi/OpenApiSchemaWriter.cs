using System.Text.Json;
using Podkit.Model.Schemas;

namespace Podkit.ApiServer.OpenApi;

/// <summary>Writes the schemas that a document refers to, and those that they refer to.</summary>
internal sealed class OpenApiSchemaWriter(Utf8JsonWriter json)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly Queue<string> _waiting = new();

    /// <summary>Writes a reference into the schema object that has been begun.</summary>
    public void WriteReference(string name)
    {
        if (_known.Add(name)) _waiting.Enqueue(name);
        json.WriteString("$ref", $"#/components/schemas/{name}");
    }

    /// <summary>Writes every schema referred to so far, and by them.</summary>
    public void WriteAll()
    {
        while (_waiting.TryDequeue(out var name))
        {
            json.WriteStartObject(name);
            if (SchemaRegistry.Find(name) is { } schema) WriteType(schema);
            json.WriteEndObject();
        }
    }

    private void WriteType(TypeSchema schema)
    {
        if (schema.Fields is null)
        {
            WriteSimple(schema);
            return;
        }

        json.WriteString("type", "object");
        if (schema.Required.Count > 0) WriteTexts("required", schema.Required.Order(StringComparer.Ordinal));
        json.WriteStartObject("properties");
        foreach (var (name, field) in schema.Fields)
        {
            json.WriteStartObject(name);
            WriteField(field);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        if (schema.IsAtomicMap) json.WriteString("x-kubernetes-map-type", "atomic");
        WriteKinds(schema.Name);
        if (schema.Unions is { } unions)
        {
            json.WritePropertyName("x-kubernetes-unions");
            unions.WriteTo(json);
        }
    }

    private void WriteKinds(string name)
    {
        var kinds = SchemaRegistry.KindsOf(name).ToList();
        if (kinds.Count == 0) return;
        json.WriteStartArray("x-kubernetes-group-version-kind");
        foreach (var kind in kinds) OpenApiOperation.WriteKind(json, kind);
        json.WriteEndArray();
    }

    /// <summary>A type without fields: one of several JSON types, a scalar, or any JSON.</summary>
    private void WriteSimple(TypeSchema schema)
    {
        if (schema.Type is not null) json.WriteString("type", schema.Type);
        if (schema.Format is not null) json.WriteString("format", schema.Format);
        if (schema.Name.EndsWith(".Quantity", StringComparison.Ordinal)) WriteOneOf("string", "number");
        else if (schema.Name.EndsWith(".IntOrString", StringComparison.Ordinal)) WriteOneOf("integer", "string");
    }

    private void WriteOneOf(params ReadOnlySpan<string> types)
    {
        json.WriteStartArray("oneOf");
        foreach (var type in types)
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteField(FieldSchema field)
    {
        if (field.Reference is not null) WriteReferenceField(field);
        else if (field.List is not null) WriteListField(field, field.List);
        else WriteScalarOrMap(field);
        if (field.Default is { } value)
        {
            json.WritePropertyName("default");
            value.WriteTo(json);
        }

        if (field.IsAtomicMap) json.WriteString("x-kubernetes-map-type", "atomic");
        if (field.PatchStrategy is not null) json.WriteString("x-kubernetes-patch-strategy", field.PatchStrategy);
        if (field.PatchMergeKey is not null) json.WriteString("x-kubernetes-patch-merge-key", field.PatchMergeKey);
    }

    /// <summary>A reference cannot have anything beside it.</summary>
    private void WriteReferenceField(FieldSchema field)
    {
        if (field.Default is null && !field.IsAtomicMap && field.PatchStrategy is null)
        {
            WriteReference(field.Reference!);
            return;
        }

        json.WriteStartArray("allOf");
        json.WriteStartObject();
        WriteReference(field.Reference!);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private void WriteListField(FieldSchema field, FieldSchema element)
    {
        json.WriteString("type", "array");
        json.WriteStartObject("items");
        WriteField(element);
        json.WriteEndObject();
        if (field.ListMapKeys.Count > 0) WriteTexts("x-kubernetes-list-map-keys", field.ListMapKeys);
        if (field.ListType is not null) json.WriteString("x-kubernetes-list-type", field.ListType);
    }

    private void WriteScalarOrMap(FieldSchema field)
    {
        if (field.Map is not null || field.Type is not null) json.WriteString("type", field.Type ?? "object");
        if (field.Format is not null) json.WriteString("format", field.Format);
        if (field.Enum is not null) WriteTexts("enum", field.Enum);
        if (field.Map is null) return;
        json.WriteStartObject("additionalProperties");
        WriteField(field.Map);
        json.WriteEndObject();
    }

    private void WriteTexts(string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
