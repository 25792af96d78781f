using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Podkit.Model.Schemas;

namespace Podkit.ApiServer.ManagedFields;

/// <summary>How values of a type merge and who can own which part of them. Made once for each type from its schema.</summary>
internal sealed class MergeType
{
    /// <summary>A value that is owned as a whole: scalars, atomic lists, atomic maps and raw JSON.</summary>
    public static readonly MergeType Atomic = new(MergeShape.Atomic);

    /// <summary>A value without a schema: objects merge by key, everything else is owned as a whole.</summary>
    public static readonly MergeType Deduced = new(MergeShape.Deduced);

    private static readonly ConcurrentDictionary<(TypeSchema, bool Atomic), MergeType> Types = new();
    private static readonly MergeType AnyMap = new(MergeShape.Map) { Element = Atomic };
    private static readonly MergeType Schemaless = MakeSchemaless();

    private MergeType(MergeShape shape) => Shape = shape;

    public MergeShape Shape { get; }

    /// <summary>The named fields; null for everything but structs.</summary>
    public Dictionary<string, MergeField>? Fields { get; private init; }

    /// <summary>The fields that a struct holds by value: Kubernetes always writes them, <c>{}</c> at least.</summary>
    public IReadOnlyList<MergeField> Structs { get; private init; } = [];

    /// <summary>The type of a list's elements or of a map's values.</summary>
    public MergeType? Element { get; private init; }

    /// <summary>The keys that identify the elements of a list, by name; empty for sets.</summary>
    public IReadOnlyList<ListKey> Keys { get; private init; } = [];

    /// <summary>The scalar that the schema asks for: <c>string</c>, <c>integer</c>, <c>number</c>, <c>boolean</c>; null where any will do.</summary>
    public string? Scalar { get; private init; }

    /// <summary>What a value that is owned as a whole is made of: a map or a list; null for scalars and raw JSON.</summary>
    public MergeShape? Inner { get; private init; }

    /// <summary>The type of a kind; of one without schema (a custom resource) only metadata is known.</summary>
    public static MergeType OfKind(string apiVersion, string kind)
    {
        var slash = apiVersion.IndexOf('/', StringComparison.Ordinal);
        var group = slash < 0 ? "" : apiVersion[..slash];
        return SchemaRegistry.FindKind(group, apiVersion[(slash + 1)..], kind) is { } schema ? Of(schema) : Schemaless;
    }

    public static MergeType Of(TypeSchema schema) => Of(schema, schema.IsAtomicMap);

    /// <summary>The type of the field of that name; of one that the schema does not know, what its value shows.</summary>
    public MergeType FieldType(string name) => Fields is not null && Fields.TryGetValue(name, out var field) ? field.Type : Element ?? Deduced;

    internal static MergeType Of(FieldSchema field)
    {
        if (field.Target is { } target) return Of(target, target.IsAtomicMap || field.IsAtomicMap);
        if (field.List is { } element) return OfList(field, element);
        if (field.Map is { } values) return field.IsAtomicMap ? new(MergeShape.Atomic) { Inner = MergeShape.Map, Element = Of(values) } : new(MergeShape.Map) { Element = Of(values) };
        return field.Type switch
        {
            "object" => AnyMap,
            null => Atomic,
            _ => new(MergeShape.Atomic) { Scalar = field.Type },
        };
    }

    private static MergeType OfList(FieldSchema field, FieldSchema element)
    {
        if (field.ListType == "set") return new(MergeShape.Set) { Element = Of(element) };
        if (field.ListType != "map") return new(MergeShape.Atomic) { Inner = MergeShape.List, Element = Of(element) };
        var elements = element.Target?.Fields;
        var keys = field.ListMapKeys.Order(StringComparer.Ordinal).Select(name => new ListKey(name, elements?.GetValueOrDefault(name)?.Default));
        return new(MergeShape.List) { Element = Of(element), Keys = [.. keys] };
    }

    private static MergeType Of(TypeSchema schema, bool atomic)
    {
        if (Types.TryGetValue((schema, atomic), out var known)) return known;
        return Types.GetOrAdd((schema, atomic), Make(schema, atomic));
    }

    private static MergeType Make(TypeSchema schema, bool atomic)
    {
        if (schema.Fields is null) return schema.Type == "object" ? AnyMap : Atomic;
        var fields = schema.Fields.ToDictionary(x => x.Key, x => new MergeField(x.Key, x.Value, schema.Required.Contains(x.Key)), StringComparer.Ordinal);
        return new(atomic ? MergeShape.Atomic : MergeShape.Map)
        {
            Fields = fields,
            Structs = [.. fields.Values.Where(x => x.IsStruct)],
            Inner = atomic ? MergeShape.Map : null,
        };
    }

    private static MergeType MakeSchemaless()
    {
        var metadata = new MergeField("metadata", Of(SchemaRegistry.Find("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta")!));
        return new(MergeShape.Map) { Fields = new(StringComparer.Ordinal) { ["metadata"] = metadata }, Element = Deduced };
    }

    /// <summary>A key of a list of type map.</summary>
    internal sealed class ListKey(string name, JsonElement? defaultValue)
    {
        public string Name => name;

        /// <summary>What precedes the value where this is the only key and the value is a string.</summary>
        public string Prefix { get; } = $"k:{{\"{name}\":\"";

        public JsonNode? Default { get; } = defaultValue is { ValueKind: not JsonValueKind.Null } value ? JsonValue.Create(value) : null;
    }
}
