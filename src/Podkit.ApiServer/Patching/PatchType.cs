using Podkit.ApiServer.Errors;
using Podkit.Model.Schemas;

namespace Podkit.ApiServer.Patching;

/// <summary>
/// What strategic merge needs to know of the place where it stands: a type with named fields, a map with free keys, or nothing
/// (inside raw JSON, where objects merge by key and lists are replaced).
/// </summary>
internal readonly struct PatchType
{
    private readonly TypeSchema? _type;
    private readonly FieldSchema? _values;

    private PatchType(TypeSchema? type, FieldSchema? values)
    {
        _type = type;
        _values = values;
    }

    public static PatchType Of(TypeSchema type) => new(type, null);

    /// <summary>The field of that name.</summary>
    /// <exception cref="ApiException">The type has no such field.</exception>
    public PatchField Field(string name)
    {
        if (_type?.Fields is { } fields)
        {
            if (fields.TryGetValue(name, out var field)) return PatchField.Of(field);
            var type = _type.Name[(_type.Name.LastIndexOf('.') + 1)..];
            throw PatchErrors.Failed($"unable to find api field in struct {type} for the json field \"{name}\"");
        }

        return _values is null ? new PatchField(default, null, "") : PatchField.Of(_values);
    }

    private static PatchType TypeInside(FieldSchema field)
    {
        var at = field.List ?? field;
        if (at.Target is { } target) return new(target, null);
        return at.Map is { } values ? new(null, values) : default;
    }

    /// <summary>A field: how its value merges, and the type inside (of a list: of its elements).</summary>
    internal readonly record struct PatchField(PatchType Inside, string? MergeKey, string Strategy)
    {
        public bool Merges => HasStrategy("merge");

        public bool Replaces => HasStrategy("replace");

        public static PatchField Of(FieldSchema field) => new(TypeInside(field), field.PatchMergeKey, field.PatchStrategy ?? "");

        private bool HasStrategy(string name)
        {
            foreach (var part in Strategy.AsSpan().Split(','))
                if (Strategy.AsSpan(part).SequenceEqual(name)) return true;
            return false;
        }
    }
}
