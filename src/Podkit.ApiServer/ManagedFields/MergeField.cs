using System.Text.Json;
using System.Text.Json.Nodes;
using Podkit.Model.Schemas;

namespace Podkit.ApiServer.ManagedFields;

/// <summary>A field of a struct, and what stands in it when nobody sets it.</summary>
internal sealed class MergeField
{
    private readonly FieldSchema? _schema;
    private MergeType? _type;

    public MergeField(string name, FieldSchema schema, bool required)
    {
        Name = name;
        Element = PathElement.Field(name);
        _schema = schema;
        IsStruct = schema.Default is { ValueKind: JsonValueKind.Object } && schema.Target?.Fields is not null;
        IsNullable = required && schema.Default is null;
        Zero = ZeroOf(schema.Default);
    }

    public MergeField(string name, MergeType type)
    {
        Name = name;
        Element = PathElement.Field(name);
        _type = type;
    }

    public string Name { get; }

    /// <summary>Its path element.</summary>
    public string Element { get; }

    /// <summary>Resolved when first used: types refer to themselves.</summary>
    public MergeType Type => _type ??= MergeType.Of(_schema!);

    /// <summary>Whether it is a struct held by value, which is never absent.</summary>
    public bool IsStruct { get; }

    /// <summary>Whether Kubernetes writes null where nobody set it.</summary>
    public bool IsNullable { get; }

    /// <summary>The empty scalar that Kubernetes writes where nobody set it, or null when it writes nothing.</summary>
    public JsonNode? Zero { get; }

    private static JsonValue? ZeroOf(JsonElement? value) => value switch
    {
        { ValueKind: JsonValueKind.String } text when text.ValueEquals(""u8) => JsonValue.Create(text),
        { ValueKind: JsonValueKind.Number } number when number.GetDouble() == 0 => JsonValue.Create(number),
        { ValueKind: JsonValueKind.False } no => JsonValue.Create(no),
        _ => null,
    };
}
