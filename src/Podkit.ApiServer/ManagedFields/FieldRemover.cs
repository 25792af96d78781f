using System.Text.Json.Nodes;

namespace Podkit.ApiServer.ManagedFields;

/// <summary>Takes fields out of documents.</summary>
internal static class FieldRemover
{
    /// <summary>A copy of the document without the fields of a set. What has become empty goes, too.</summary>
    public static JsonObject Remove(JsonObject document, FieldSet? fields, MergeType type) =>
        fields is null ? (JsonObject)document.DeepClone() : Map(document, fields, type) ?? [];

    /// <summary>The set with every struct field that leads to one of its paths as a path of its own.</summary>
    public static FieldSet? WithParents(FieldSet? set, MergeType type)
    {
        if (set is null || !set.HasChildren) return set;
        var children = new Dictionary<string, FieldSet>(StringComparer.Ordinal);
        foreach (var (element, child) in set.Children)
        {
            var isField = element[0] == 'f';
            var inner = isField ? type.FieldType(element[2..]) : type.Element ?? MergeType.Deduced;
            var full = WithParents(child, inner);
            var isNamed = isField && type.Fields?.ContainsKey(element[2..]) == true;
            children[element] = isNamed ? FieldSet.Union(full, FieldSet.Leaf)! : full!;
        }

        return FieldSet.Of(set.IsMember, children);
    }

    private static JsonNode? Walk(JsonNode? node, FieldSet fields, MergeType type) => (type.Shape, node) switch
    {
        (MergeShape.Map or MergeShape.Deduced, JsonObject members) => Map(members, fields, type),
        (MergeShape.List or MergeShape.Set, JsonArray items) => List(items, fields, type),
        _ => node?.DeepClone(),
    };

    private static JsonObject? Map(JsonObject members, FieldSet fields, MergeType type)
    {
        var result = new JsonObject();
        foreach (var (name, value) in members)
        {
            var below = fields.Child(PathElement.Field(name));
            if (below?.IsMember == true) continue;
            if (below is null) result[name] = value?.DeepClone();
            else if (Walk(value, below, type.FieldType(name)) is { } rest) result[name] = rest;
        }

        return result.Count == 0 ? null : result;
    }

    private static JsonArray? List(JsonArray items, FieldSet fields, MergeType type)
    {
        var result = new JsonArray();
        foreach (var item in items)
        {
            var below = fields.Child(ObjectComparer.ElementOf(item, type));
            if (below?.IsMember == true) continue;
            result.Add(below is null ? item?.DeepClone() : Walk(item, below, type.Element!));
        }

        return result.Count == 0 ? null : result;
    }
}
