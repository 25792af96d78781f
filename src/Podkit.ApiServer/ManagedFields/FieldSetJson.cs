using System.Text.Json.Nodes;

namespace Podkit.ApiServer.ManagedFields;

/// <summary>Field sets as <c>fieldsV1</c> holds them.</summary>
internal static class FieldSetJson
{
    private const string Self = ".";
    private const int MaxDepth = 100;

    public static JsonObject Write(FieldSet set)
    {
        var result = new JsonObject();
        if (set.IsMember && set.HasChildren) result[Self] = new JsonObject();
        foreach (var (element, child) in Sorted(set)) result[element] = Write(child);
        return result;
    }

    /// <summary>The set, or null when it is empty. False when it is not in the form of FieldsV1.</summary>
    public static bool TryRead(JsonNode? fields, out FieldSet? set)
    {
        set = null;
        return fields is null || (fields is JsonObject members && TryRead(members, out set, isRoot: true, 0));
    }

    /// <summary>Whether a written set has a path of <paramref name="fields"/>, found without reading all of it.</summary>
    public static bool Touches(JsonNode? written, FieldSet fields)
    {
        if (written is not JsonObject members) return false;
        foreach (var (element, child) in fields.Children)
        {
            if (members[element] is not JsonObject below) continue;
            if (child.IsMember && (below.Count == 0 || below.ContainsKey(Self))) return true;
            if (child.HasChildren && Touches(below, child)) return true;
        }

        return false;
    }

    /// <summary>The nodes below in FieldsV1's order.</summary>
    public static List<KeyValuePair<string, FieldSet>> Sorted(FieldSet set)
    {
        var children = set.Children.ToList();
        if (children.Count > 1) children.Sort(static (a, b) => PathElement.Compare(a.Key, b.Key));
        return children;
    }

    private static bool TryRead(JsonObject members, out FieldSet? set, bool isRoot, int depth)
    {
        set = null;
        if (members.Count == 0)
        {
            if (!isRoot) set = FieldSet.Leaf;
            return true;
        }

        if (depth > MaxDepth) return false;
        var isMember = false;
        var children = new Dictionary<string, FieldSet>(members.Count, StringComparer.Ordinal);
        foreach (var (name, value) in members)
        {
            if (name == Self)
            {
                isMember = !isRoot;
                continue;
            }

            if (value is not JsonObject inner || PathElement.Normalize(name) is not { } element) return false;
            if (!TryRead(inner, out var child, isRoot: false, depth + 1)) return false;
            if (child is not null) children[element] = child;
        }

        set = FieldSet.Of(isMember, children);
        return true;
    }
}
