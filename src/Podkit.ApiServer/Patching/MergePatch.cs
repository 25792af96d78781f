using System.Text.Json.Nodes;

namespace Podkit.ApiServer.Patching;

/// <summary>JSON merge patch (RFC 7386).</summary>
internal static class MergePatch
{
    /// <summary>The document with the patch merged in. Neither argument is changed.</summary>
    public static JsonNode? Apply(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes) return patch?.DeepClone();
        var result = target is JsonObject ? (JsonObject)target.DeepClone() : [];
        Merge(result, changes);
        return result;
    }

    private static void Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is null) target.Remove(name);
            else if (value is not JsonObject changes) target[name] = value.DeepClone();
            else if (target[name] is JsonObject existing) Merge(existing, changes);
            else
            {
                var fresh = new JsonObject();
                Merge(fresh, changes);
                target[name] = fresh;
            }
        }
    }
}
