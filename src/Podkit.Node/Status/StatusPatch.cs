using System.Text.Json.Nodes;

namespace Podkit.Node.Status;

/// <summary>
/// The smallest strategic merge patch that makes the status on the server the one wanted: fields that differ, single conditions by type, null for what is gone.
/// </summary>
internal static class StatusPatch
{
    /// <summary>The patch, or null when nothing differs.</summary>
    /// <param name="current">The status as the server last showed it.</param>
    /// <param name="wanted">The status to report.</param>
    /// <param name="owned">The fields that the node reports; others are left alone.</param>
    public static JsonObject? Between(JsonObject current, JsonObject wanted, IReadOnlyCollection<string> owned)
    {
        var patch = new JsonObject();
        foreach (var field in owned)
        {
            var (before, after) = (current[field], wanted[field]);
            if (JsonNode.DeepEquals(before, after)) continue;
            patch[field] = after is null ? null : Merge(field, before as JsonArray, after);
        }
        return patch.Count == 0 ? null : patch;
    }

    private static JsonNode Merge(string field, JsonArray? before, JsonNode after) => field switch
    {
        "conditions" => Changed(before ?? [], after.AsArray(), "type"),
        "addresses" => Replaced(before, after.AsArray()),
        "podIPs" or "hostIPs" => Replaced(before, after.AsArray()),
        _ => after.DeepClone(),
    };

    /// <summary>The elements that differ, each with null for its fields that are gone.</summary>
    private static JsonArray Changed(JsonArray before, JsonArray after, string key)
    {
        var changed = new JsonArray();
        foreach (var element in after.OfType<JsonObject>())
        {
            var old = before.OfType<JsonObject>().FirstOrDefault(e => JsonNode.DeepEquals(e[key], element[key]));
            if (JsonNode.DeepEquals(old, element)) continue;
            var copy = element.DeepClone().AsObject();
            foreach (var (name, _) in old ?? []) if (!copy.ContainsKey(name)) copy[name] = null;
            changed.Add((JsonNode)copy);
        }
        return changed;
    }

    /// <summary>Lists merged by key keep what the patch does not name, unless it says that it replaces them.</summary>
    private static JsonArray Replaced(JsonArray? before, JsonArray after)
    {
        var replaced = new JsonArray();
        if (before is { Count: > 0 }) replaced.Add((JsonNode)new JsonObject { ["$patch"] = "replace" });
        foreach (var element in after) replaced.Add(element?.DeepClone());
        return replaced;
    }
}
