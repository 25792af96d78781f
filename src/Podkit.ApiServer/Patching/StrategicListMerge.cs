using System.Text.Json.Nodes;
using Podkit.ApiServer.Errors;

namespace Podkit.ApiServer.Patching;

/// <summary>Merges the lists of a strategic merge patch: by key or as a set, and in the order that kube-apiserver gives them.</summary>
internal static class StrategicListMerge
{
    /// <summary>The merged list, new. Takes the elements of <paramref name="original"/>, which is empty afterwards.</summary>
    public static JsonArray Merge(JsonArray original, JsonArray patch, PatchType.PatchField field)
    {
        if (patch.Count == 0) return new JsonArray([.. TakeAll(original)]);
        RefuseMixed(original, patch);
        var serverOrder = original.Select(x => x?.DeepClone()).ToList();
        if ((patch[0] ?? serverOrder.FirstOrDefault()) is not JsonObject) return Order(Union(TakeAll(original), patch), patch, serverOrder, null);

        if (field.MergeKey is not { } key) throw PatchErrors.Failed("cannot merge lists without merge key");
        var changes = new List<JsonNode?>();
        var kept = TakeAll(original);
        if (ObeyDirectives(kept, patch, key, changes))
            return new JsonArray([.. changes.Select(x => x?.DeepClone())]);
        serverOrder = [.. kept.Select(x => x?.DeepClone())];
        MergeElements(kept, changes, key, field.Inside);
        return Order(kept, changes, serverOrder, key);
    }

    /// <summary>Moves the elements out of a list.</summary>
    public static List<JsonNode?> TakeAll(JsonArray list)
    {
        var items = list.ToList();
        list.Clear();
        return items;
    }

    /// <summary>
    /// Puts a list into the order that a patch asks for; what the patch does not name keeps its place relative to what stood before.
    /// </summary>
    public static JsonArray InOrder(List<JsonNode?> merged, JsonArray order, IList<JsonNode?> serverOrder, string? key) =>
        Order(merged, order, serverOrder, key);

    /// <summary>Refuses a patch whose list contradicts its own order directive.</summary>
    public static void CheckOrder(JsonArray? changes, JsonArray order, string? key)
    {
        if (changes is null || changes.Count == 0 || order.Count == 0) return;
        var named = key is null ? [.. changes] : changes.Where(x => !IsDirective(x)).ToList();
        var at = 0;
        for (var i = 0; i < order.Count && at < named.Count; i++)
            if (Same(named[at], order[i], key)) at++;
        if (at < named.Count)
            throw PatchErrors.Failed($"The order in patch list:\n{GoText.Of(changes)}\n doesn't match $setElementOrder list:\n{GoText.Of(order)}\n");
    }

    public static ApiException BadOrder() => PatchErrors.BadRequest("invalid patch format of setElementOrder list");

    private static void RefuseMixed(JsonArray original, JsonArray patch)
    {
        var maps = 0;
        foreach (var item in original.Concat(patch))
        {
            if (item is JsonArray) throw PatchErrors.Unprocessable();
            if (item is JsonObject) maps++;
        }

        if (maps != 0 && maps != original.Count + patch.Count)
            throw PatchErrors.Failed("list element types are not identical");
    }

    private static List<JsonNode?> Union(List<JsonNode?> items, JsonArray patch)
    {
        items.AddRange(patch.Select(x => x?.DeepClone()));
        var unique = new List<JsonNode?>(items.Count);
        var scalars = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in items)
            if (scalars.Add(item?.ToJsonString() ?? "null")) unique.Add(item);
        return unique;
    }

    /// <summary>Splits directives from changes and deletes what they say; true when the list is to be replaced.</summary>
    private static bool ObeyDirectives(List<JsonNode?> kept, JsonArray patch, string key, List<JsonNode?> changes)
    {
        var replace = false;
        foreach (var item in patch.Cast<JsonObject>())
        {
            if (!item.TryGetPropertyValue(StrategicMergePatch.Directive, out var directive))
            {
                changes.Add(item);
                continue;
            }

            switch (directive is JsonValue value && value.TryGetValue(out string? text) ? text : null)
            {
                case "delete":
                    var wanted = KeyOf(item, key);
                    kept.RemoveAll(x => JsonNode.DeepEquals(KeyOf((JsonObject)x!, key), wanted));
                    break;
                case "replace":
                    replace = true;
                    break;
                case "merge":
                    throw PatchErrors.Failed("merging lists cannot yet be specified in the patch");
                default:
                    throw StrategicMergePatch.BadDirective(directive, item);
            }
        }

        return replace;
    }

    /// <summary>
    /// Merges by key. An element that is new goes in as it is, directives inside it included, as in Kubernetes: decoding the
    /// object drops them as fields that it does not know.
    /// </summary>
    private static void MergeElements(List<JsonNode?> kept, List<JsonNode?> changes, string key, PatchType inside)
    {
        foreach (var change in changes.Cast<JsonObject>())
        {
            var wanted = KeyOf(change, key);
            var at = kept.FindIndex(x => JsonNode.DeepEquals(KeyOf((JsonObject)x!, key), wanted));
            if (at < 0) kept.Add(change.DeepClone());
            else kept[at] = StrategicMergePatch.Merge((JsonObject)kept[at]!, change, inside);
        }
    }

    private static JsonNode? KeyOf(JsonObject item, string key) =>
        item.TryGetPropertyValue(key, out var value)
            ? value
            : throw PatchErrors.Failed($"map: {GoText.Of(item)} does not contain declared merge key: {key}");

    private static bool IsDirective(JsonNode? item) => item is JsonObject members && members.ContainsKey(StrategicMergePatch.Directive);

    private static bool Same(JsonNode? a, JsonNode? b, string? key)
    {
        if (key is null) return JsonNode.DeepEquals(a, b);
        return a is JsonObject x && b is JsonObject y && JsonNode.DeepEquals(x[key], KeyOf(y, key));
    }

    private static JsonArray Order(List<JsonNode?> merged, IList<JsonNode?> patchOrder, IList<JsonNode?> serverOrder, string? key)
    {
        var patched = new List<(int Place, JsonNode? Item)>();
        var serverOnly = new List<(int Place, JsonNode? Item)>();
        foreach (var item in merged)
        {
            var place = IndexOf(patchOrder, item, key);
            if (place >= 0) patched.Add((place, item));
            else serverOnly.Add((IndexOf(serverOrder, item, key), item));
        }

        var left = serverOnly.OrderBy(x => x.Place).ToList();
        var right = patched.OrderBy(x => x.Place).Select(x => (Place: IndexOf(serverOrder, x.Item, key), x.Item)).ToList();
        return Interleave(left, right);
    }

    /// <summary>An element that only the server has comes first where both places are known and its own is the earlier one.</summary>
    private static JsonArray Interleave(List<(int Place, JsonNode? Item)> serverOnly, List<(int Place, JsonNode? Item)> patched)
    {
        var result = new JsonArray();
        int i = 0, j = 0;
        while (i < serverOnly.Count || j < patched.Count)
        {
            var takeServer = j == patched.Count
                || (i < serverOnly.Count && serverOnly[i].Place >= 0 && patched[j].Place >= 0 && serverOnly[i].Place < patched[j].Place);
            result.Add(takeServer ? serverOnly[i++].Item : patched[j++].Item);
        }

        return result;
    }

    private static int IndexOf(IList<JsonNode?> list, JsonNode? item, string? key)
    {
        for (var i = 0; i < list.Count; i++)
            if (!IsDirective(list[i]) && Same(item, list[i], key)) return i;
        return -1;
    }
}
