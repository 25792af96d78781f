using System.Text.Json.Nodes;

namespace Podkit.ApiServer.ManagedFields;

/// <summary>The fields that a document sets: what its applier comes to own.</summary>
internal static class AppliedFields
{
    /// <summary>The set, or null when the document sets nothing.</summary>
    public static FieldSet? Of(JsonObject document, MergeType type) => Walk(document, type, isMember: false);

    private static FieldSet? Walk(JsonNode? node, MergeType type, bool isMember)
    {
        switch (type.Shape)
        {
            case MergeShape.Map:
            case MergeShape.Deduced when node is JsonObject:
                return node is JsonObject members ? Map(members, type, isMember) : Itself(isMember);
            case MergeShape.List:
            case MergeShape.Set:
                return node is JsonArray items ? List(items, type, isMember) : Itself(isMember);
            default:
                return FieldSet.Leaf;
        }
    }

    private static FieldSet? Itself(bool isMember) => isMember ? FieldSet.Leaf : null;

    private static FieldSet? Map(JsonObject members, MergeType type, bool isMember)
    {
        var children = new Dictionary<string, FieldSet>(members.Count, StringComparer.Ordinal);
        foreach (var (name, value) in members)
        {
            var field = type.Fields?.GetValueOrDefault(name);
            var owned = field is null || value is null || value is JsonObject { Count: 0 };
            if (Walk(value, field?.Type ?? type.FieldType(name), owned) is { } child) children[field?.Element ?? PathElement.Field(name)] = child;
        }

        return FieldSet.Of(isMember, children);
    }

    private static FieldSet? List(JsonArray items, MergeType type, bool isMember)
    {
        var children = new Dictionary<string, FieldSet>(items.Count, StringComparer.Ordinal);
        foreach (var item in items)
        {
            var element = ObjectComparer.ElementOf(item, type);
            // What is there more than once is owned as a group.
            children[element] = children.ContainsKey(element) ? FieldSet.Leaf : Walk(item, type.Element!, isMember: true)!;
        }

        return FieldSet.Of(isMember, children);
    }
}
