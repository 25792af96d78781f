using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Podkit.Model.Schemas;

namespace Podkit.ApiServer.Defaulting;

/// <summary>
/// Gives a document the shape in which Kubernetes' Go types write themselves: fields that cannot be absent appear (<c>resources: {}</c>,
/// <c>status: {}</c>, <c>lastTransitionTime: null</c>), empty optional ones disappear, defaults of the schema are filled in. Applying it twice changes nothing more.
/// </summary>
internal static class GoShape
{
    private static readonly ConcurrentDictionary<TypeSchema, GoField[]> Plans = new();

    /// <summary>Shapes a document in place.</summary>
    /// <param name="document">The document, of known fields only.</param>
    /// <param name="schema">The schema of its kind.</param>
    public static void Apply(JsonObject document, TypeSchema schema)
    {
        foreach (var field in Plans.GetOrAdd(schema, GoFieldTraits.FieldsOf)) ApplyField(document, field);
    }

    private static void ApplyField(JsonObject document, GoField field)
    {
        if (document[field.Name] is { } value)
        {
            ApplyValue(value, field.Schema);
            if (field.KeepsZero || !IsZero(value)) return;
        }

        if (field.Filler is { } json)
        {
            var filler = JsonNode.Parse(json)!;
            ApplyValue(filler, field.Schema);
            document[field.Name] = filler;
        }
        else if (field.NullWhenMissing)
        {
            document[field.Name] = null;
        }
        else
        {
            document.Remove(field.Name);
        }
    }

    private static void ApplyValue(JsonNode value, FieldSchema field)
    {
        if (field.List is { } element && value is JsonArray list)
        {
            foreach (var item in list)
            {
                if (item is not null) ApplyValue(item, element);
            }
        }
        else if (field.Map is { } mapped && value is JsonObject map)
        {
            foreach (var (_, item) in map)
            {
                if (item is not null) ApplyValue(item, mapped);
            }
        }
        else if (value is JsonObject child && field.Target is { } target)
        {
            if (target.Fields is not null) Apply(child, target);
            else if (GoFieldTraits.SchemaProps(target) is { } props) Apply(child, props);
        }
    }

    private static bool IsZero(JsonNode value) => value switch
    {
        JsonArray list => list.Count == 0,
        JsonObject map => map.Count == 0,
        _ => GoFieldTraits.IsZero(value),
    };
}
