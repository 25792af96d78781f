using System.Text.Json.Nodes;
using Podkit.ApiServer.Errors;
using Podkit.Model.Schemas;

namespace Podkit.ApiServer.Patching;

/// <summary>Kubernetes' strategic merge patch: a merge patch that knows which lists merge by which key, and obeys directives.</summary>
internal static class StrategicMergePatch
{
    internal const string Directive = "$patch";
    private const string RetainKeys = "$retainKeys";
    private const string DeletePrefix = "$deleteFromPrimitiveList/";
    private const string OrderPrefix = "$setElementOrder/";

    /// <summary>The object with the patch merged in. Neither argument is changed.</summary>
    /// <exception cref="ApiException">The patch is not well formed or does not fit the schema.</exception>
    public static JsonObject Apply(JsonObject original, JsonObject patch, TypeSchema schema) =>
        Merge((JsonObject)original.DeepClone(), patch, PatchType.Of(schema));

    /// <summary>Merges into <paramref name="original"/>, which belongs to the caller's result, and leaves the patch alone.</summary>
    internal static JsonObject Merge(JsonObject original, JsonObject patch, PatchType type)
    {
        if (patch.TryGetPropertyValue(Directive, out var directive)) return ObeyDirective(directive, patch);
        if (patch.TryGetPropertyValue(RetainKeys, out var keys)) Retain(original, patch, keys);
        HashSet<string>? ordered = null;
        foreach (var (name, value) in patch)
            if (name.StartsWith(OrderPrefix, StringComparison.Ordinal))
                (ordered ??= new(StringComparer.Ordinal)).Add(MergeInOrder(original, patch, name[OrderPrefix.Length..], value, type));

        foreach (var (name, value) in patch)
        {
            if (name == RetainKeys || name.StartsWith(OrderPrefix, StringComparison.Ordinal) || ordered?.Contains(name) == true) continue;
            if (name.StartsWith(DeletePrefix, StringComparison.Ordinal)) DeleteFromList(original, name[DeletePrefix.Length..], value);
            else MergeField(original, name, value, type);
        }

        return original;
    }

    /// <summary>A copy of what stands in a patch, as it goes into an object that had nothing there: without nulls and directives.</summary>
    internal static JsonNode? Clean(JsonNode? value) => value switch
    {
        JsonObject members => CleanObject(members),
        JsonArray items => new JsonArray([.. items.Where(x => !IsDirective(x)).Select(Clean)]),
        _ => value?.DeepClone(),
    };

    private static bool IsDirective(JsonNode? item) => item is JsonObject members && members.ContainsKey(Directive);

    private static void MergeField(JsonObject original, string name, JsonNode? value, PatchType type)
    {
        if (value is null)
        {
            original.Remove(name);
            return;
        }

        switch (value, original[name])
        {
            case (JsonObject changes, JsonObject existing):
                var map = type.Field(name);
                original.Remove(name);
                original[name] = map.Replaces ? Clean(changes) : Merge(existing, changes, map.Inside);
                break;
            case (JsonArray changes, JsonArray existing):
                var list = type.Field(name);
                original[name] = list.Merges ? StrategicListMerge.Merge(existing, changes, list) : Clean(changes);
                break;
            default:
                original[name] = Clean(value);
                break;
        }
    }

    private static JsonObject CleanObject(JsonObject members)
    {
        var result = new JsonObject();
        foreach (var (name, value) in members)
            if (value is not null && !name.StartsWith('$')) result[name] = Clean(value);
        return result;
    }

    private static JsonObject ObeyDirective(JsonNode? directive, JsonObject patch)
    {
        var text = directive is JsonValue value && value.TryGetValue(out string? name) ? name : null;
        if (text == "delete") return [];
        if (text != "replace") throw BadDirective(directive, patch);
        var replacement = (JsonObject)patch.DeepClone();
        replacement.Remove(Directive);
        return replacement;
    }

    internal static ApiException BadDirective(JsonNode? directive, JsonObject patch) =>
        PatchErrors.Failed($"unknown patch type: {GoText.Of(directive)} in map: {GoText.Of(patch)}");

    private static void Retain(JsonObject original, JsonObject patch, JsonNode? keys)
    {
        if (keys is not JsonArray list) throw BadRetainKeys();
        var kept = list.Select(x => x is JsonValue value && value.TryGetValue(out string? key) ? key : throw BadRetainKeys()).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, value) in patch)
        {
            if (value is null || name == RetainKeys || kept.Contains(name)) continue;
            if (name.StartsWith(DeletePrefix, StringComparison.Ordinal) || name.StartsWith(OrderPrefix, StringComparison.Ordinal)) continue;
            throw BadRetainKeys();
        }

        foreach (var name in original.Select(x => x.Key).Where(x => !kept.Contains(x)).ToList()) original.Remove(name);
    }

    private static ApiException BadRetainKeys() => PatchErrors.BadRequest("invalid patch format of retainKeys");

    private static void DeleteFromList(JsonObject original, string name, JsonNode? value)
    {
        if (original[name] is not JsonArray existing || value is not JsonArray removed) return;
        for (var i = existing.Count - 1; i >= 0; i--)
            if (removed.Any(x => JsonNode.DeepEquals(x, existing[i]))) existing.RemoveAt(i);
    }

    /// <summary>Merges a list together with its order, and answers the list's name.</summary>
    private static string MergeInOrder(JsonObject original, JsonObject patch, string name, JsonNode? orderValue, PatchType type)
    {
        if (orderValue is not JsonArray order) throw StrategicListMerge.BadOrder();
        var field = type.Field(name);
        var existing = ListOf(original, name);
        var changes = ListOf(patch, name);
        if (existing is null && changes is null) return name;
        StrategicListMerge.CheckOrder(changes, order, field.MergeKey);
        var serverOrder = existing?.Select(x => x?.DeepClone()).ToList() ?? [];
        List<JsonNode?> merged;
        if (changes is null) merged = StrategicListMerge.TakeAll(existing!);
        else if (existing is null) merged = StrategicListMerge.TakeAll((JsonArray)Clean(changes)!);
        else merged = StrategicListMerge.TakeAll(field.Merges ? StrategicListMerge.Merge(existing, changes, field) : (JsonArray)Clean(changes)!);
        original[name] = StrategicListMerge.InOrder(merged, order, serverOrder, field.MergeKey);
        return name;
    }

    private static JsonArray? ListOf(JsonObject members, string name)
    {
        if (!members.TryGetPropertyValue(name, out var value) || value is null) return null;
        return value as JsonArray ?? throw PatchErrors.Failed($"expected a list in {name}, but received something else");
    }
}
