using System.Text.Json.Nodes;

namespace Podkit.ApiServer.ManagedFields;

/// <summary>Merges what is applied into what is there. What is applied wins; lists merge by key, in the order of what is applied.</summary>
internal static class ObjectMerger
{
    /// <summary>The merged document, new.</summary>
    public static JsonObject Merge(JsonObject live, JsonObject applied, MergeType type) => Maps(live, applied, type);

    private static JsonNode? Walk(JsonNode? live, JsonNode? applied, MergeType type) => (type.Shape, live, applied) switch
    {
        (MergeShape.Map or MergeShape.Deduced, JsonObject left, JsonObject right) when left.Count + right.Count > 0 => Maps(left, right, type),
        (MergeShape.Map, JsonObject { Count: > 0 }, null) => live.DeepClone(),
        (MergeShape.List or MergeShape.Set, JsonArray left, JsonArray right) when left.Count + right.Count > 0 => Lists(left, right, type),
        (MergeShape.List or MergeShape.Set, JsonArray { Count: > 0 }, null) => live.DeepClone(),
        _ => applied?.DeepClone(),
    };

    private static JsonObject Maps(JsonObject live, JsonObject applied, MergeType type)
    {
        var result = new JsonObject();
        foreach (var (name, value) in live)
            result[name] = applied.TryGetPropertyValue(name, out var other) ? Walk(value, other, type.FieldType(name)) : value?.DeepClone();
        foreach (var (name, value) in applied)
            if (!live.ContainsKey(name)) result[name] = value?.DeepClone();
        return result;
    }

    /// <summary>
    /// Elements of both lists keep the order of the applied list; an element of one list alone stays next to the neighbours that it has there.
    /// </summary>
    private static JsonArray Lists(JsonArray live, JsonArray applied, MergeType type)
    {
        var left = live.Select(x => (Element: ObjectComparer.ElementOf(x, type), Node: x)).ToList();
        var right = applied.Select(x => (Element: ObjectComparer.ElementOf(x, type), Node: x)).ToList();
        var inLive = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        // Elements that are there more than once do not merge: what is applied takes their place.
        foreach (var (element, node) in left) inLive[element] = inLive.ContainsKey(element) ? null : node;
        var inApplied = right.Select(x => x.Element).ToHashSet(StringComparer.Ordinal);
        var shared = new Queue<string>(right.Select(x => x.Element).Where(inLive.ContainsKey));
        var merged = new HashSet<string>(StringComparer.Ordinal);
        var result = new JsonArray();
        int i = 0, j = 0;
        while (i < left.Count || j < right.Count)
        {
            var isSame = i < left.Count && j < right.Count && left[i].Element == right[j].Element;
            var isShared = i < left.Count && inApplied.Contains(left[i].Element);
            if (isShared && !isSame && j < right.Count && shared.TryPeek(out var next) && next != left[i].Element)
            {
                // It is in both lists, but its turn in the applied one has not come, or has gone by.
                i++;
                continue;
            }

            if (i < left.Count && !isShared)
            {
                result.Add(left[i++].Node?.DeepClone());
                continue;
            }

            if (isSame || (isShared && merged.Contains(left[i].Element))) i++;
            if (j == right.Count) continue;
            var (element, node) = right[j++];
            merged.Add(element);
            if (shared.TryPeek(out var awaited) && awaited == element) shared.Dequeue();
            result.Add(MergeItem(inLive.GetValueOrDefault(element), node, type.Element!));
        }

        return result;
    }

    private static JsonNode? MergeItem(JsonNode? live, JsonNode? applied, MergeType type) => live is null ? applied?.DeepClone() : Walk(live, applied, type);
}
