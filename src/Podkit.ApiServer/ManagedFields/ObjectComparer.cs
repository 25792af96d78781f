using System.Text.Json.Nodes;

namespace Podkit.ApiServer.ManagedFields;

/// <summary>Finds which fields differ between two states of an object.</summary>
internal static class ObjectComparer
{
    /// <summary>Compares two documents of a type. What Kubernetes writes where nobody set anything counts as there on both sides.</summary>
    public static Delta Compare(JsonObject before, JsonObject after, MergeType type) => Walk(new(before, true), new(after, true), type);

    private static Delta Walk(Side before, Side after, MergeType type)
    {
        switch (type.Shape)
        {
            case MergeShape.Map:
            case MergeShape.Deduced when before.Node is JsonObject && (after.Node is JsonObject || !after.Exists):
            case MergeShape.Deduced when after.Node is JsonObject && !before.Exists:
                return Maps(before, after, type);
            case MergeShape.Deduced when before.Node is JsonObject != after.Node is JsonObject:
                return Both(Walk(before, default, type), Walk(default, after, type));
            case MergeShape.List:
            case MergeShape.Set:
                return Lists(before, after, type);
            default:
                return Whole(before, after);
        }
    }

    private static Delta Both(Delta a, Delta b) => new(FieldSet.Union(a.Changed, b.Changed), FieldSet.Union(a.Removed, b.Removed));

    private static Delta Whole(Side before, Side after)
    {
        if (!before.Exists) return new(FieldSet.Leaf, null);
        if (!after.Exists) return new(null, FieldSet.Leaf);
        return JsonNode.DeepEquals(before.Node, after.Node) ? default : new(FieldSet.Leaf, null);
    }

    private static Delta Maps(Side before, Side after, MergeType type)
    {
        var left = before.Node as JsonObject;
        var right = after.Node as JsonObject;
        var oneSided = !before.Exists || !after.Exists;
        var structs = oneSided ? type.Structs : [];
        if ((left is null || left.Count == 0) && (right is null || right.Count == 0) && structs.Count == 0) return Whole(before, after);
        if ((before.Node is not null && left is null) || (after.Node is not null && right is null)) return Whole(before, after);

        var found = new Found();
        if (right is not null)
        {
            foreach (var (name, value) in right)
            {
                var field = type.Fields?.GetValueOrDefault(name);
                var other = Of(left, name, field, before.Exists);
                found.Add(field?.Element, name, Step(other, There(value, field), field?.Type ?? type.FieldType(name), field));
            }
        }

        if (left is not null)
        {
            foreach (var (name, value) in left)
            {
                if (right?.ContainsKey(name) == true) continue;
                var field = type.Fields?.GetValueOrDefault(name);
                var other = Of(right, name, field, after.Exists);
                found.Add(field?.Element, name, Step(There(value, field), other, field?.Type ?? type.FieldType(name), field));
            }
        }

        foreach (var field in structs)
        {
            if ((left ?? right)?.ContainsKey(field.Name) == true) continue;
            found.Add(field.Element, field.Name, before.Exists ? Walk(Empty(), default, field.Type) : Walk(default, Empty(), field.Type));
        }

        return found.Result(before, after);
    }

    /// <summary>A field where both parents are there: null and absent are the same thing in a struct.</summary>
    private static Delta Step(Side before, Side after, MergeType type, MergeField? field)
    {
        if (field is not null && before.Node is null && after.Node is null && before.Tells && after.Tells) return default;
        return Walk(before, after, type);
    }

    /// <summary>What stands in a field of one side; of a field that nobody set, what Kubernetes would write.</summary>
    private static Side Of(JsonObject? parent, string name, MergeField? field, bool parentExists)
    {
        if (parent is not null && parent.TryGetPropertyValue(name, out var value)) return There(value, field);
        if (!parentExists) return default;
        if (field is null) return new(null, false, Tells: true);
        if (field.IsStruct) return Empty();
        return new(field.Zero, field.Zero is not null || field.IsNullable, Tells: true);
    }

    private static Side There(JsonNode? value, MergeField? field) => value is null && field?.IsStruct == true ? Empty() : new(value, true);

    private static Side Empty() => new(new JsonObject(), true);

    private static Delta Lists(Side before, Side after, MergeType type)
    {
        var left = before.Node as JsonArray;
        var right = after.Node as JsonArray;
        if ((left is null || left.Count == 0) && (right is null || right.Count == 0)) return Whole(before, after);
        if ((before.Node is not null && left is null) || (after.Node is not null && right is null)) return Whole(before, after);

        var items = new Dictionary<string, ListItem>(StringComparer.Ordinal);
        Index(left, type, items, isLeft: true);
        Index(right, type, items, isLeft: false);
        var found = new Found();
        foreach (var (element, item) in items) found.Add(element, "", item.Compare(type.Element!));
        return found.Result(before, after);
    }

    private static void Index(JsonArray? list, MergeType type, Dictionary<string, ListItem> items, bool isLeft)
    {
        if (list is null) return;
        foreach (var node in list)
        {
            var element = ElementOf(node, type);
            if (!items.TryGetValue(element, out var item)) items[element] = item = new ListItem();
            item.Add(node, isLeft);
        }
    }

    /// <summary>The path element of a list's element.</summary>
    internal static string ElementOf(JsonNode? node, MergeType list) =>
        list.Shape == MergeShape.List && node is JsonObject item ? PathElement.Key(item, list.Keys) : PathElement.Value(node);

    /// <summary>
    /// The fields that a change set or changed, and those that it took away.
    /// </summary>
    internal readonly record struct Delta(FieldSet? Changed, FieldSet? Removed);

    /// <summary>A value on one side. <c>Tells</c>: the parent is there, so that absence says something.</summary>
    private readonly record struct Side(JsonNode? Node, bool Exists, bool Tells)
    {
        public Side(JsonNode? node, bool exists)
            : this(node, exists, exists)
        {
        }
    }

    /// <summary>Gathers the differences below a node.</summary>
    private struct Found
    {
        private Dictionary<string, FieldSet>? _changed;
        private Dictionary<string, FieldSet>? _removed;

        public void Add(string? element, string name, Delta delta)
        {
            if (delta.Changed is null && delta.Removed is null) return;
            element ??= PathElement.Field(name);
            if (delta.Changed is not null) (_changed ??= new(StringComparer.Ordinal))[element] = delta.Changed;
            if (delta.Removed is not null) (_removed ??= new(StringComparer.Ordinal))[element] = delta.Removed;
        }

        public readonly Delta Result(Side before, Side after) => new(FieldSet.Of(!before.Exists, _changed), FieldSet.Of(!after.Exists, _removed));
    }

    /// <summary>The elements of both lists under one key. Only where a key is there more than once, elements are compared as a group.</summary>
    private sealed class ListItem
    {
        private List<JsonNode?>? _moreBefore;
        private List<JsonNode?>? _moreAfter;
        private Side _before;
        private Side _after;

        public void Add(JsonNode? node, bool isLeft)
        {
            if (isLeft) Add(node, ref _before, ref _moreBefore);
            else Add(node, ref _after, ref _moreAfter);
        }

        public Delta Compare(MergeType type)
        {
            if (_moreBefore is null && _moreAfter is null) return Walk(_before, _after, type);
            if (_moreBefore is not null && _moreAfter is not null) return SameGroup() ? default : new(FieldSet.Leaf, null);
            if (_moreBefore is not null)
            {
                var added = _after.Exists ? Walk(default, _after, type) : default;
                return new(added.Changed, FieldSet.Union(added.Removed, FieldSet.Leaf));
            }

            var removed = _before.Exists ? Walk(_before, default, type) : default;
            return new(FieldSet.Union(removed.Changed, FieldSet.Leaf), removed.Removed);
        }

        private static void Add(JsonNode? node, ref Side side, ref List<JsonNode?>? more)
        {
            if (!side.Exists) side = new(node, true);
            else (more ??= []).Add(node);
        }

        private bool SameGroup()
        {
            if (!JsonNode.DeepEquals(_before.Node, _after.Node) || _moreBefore!.Count != _moreAfter!.Count) return false;
            for (var i = 0; i < _moreBefore.Count; i++)
                if (!JsonNode.DeepEquals(_moreBefore[i], _moreAfter[i])) return false;
            return true;
        }
    }
}
