using System.Text.Json.Nodes;
using Podkit.ApiServer.Defaulting;

namespace Podkit.ApiServer.Strategies;

/// <summary>What a write to a pod, or to one of its subresources, leaves as it was.</summary>
internal static class PodUpdates
{
    private static readonly string[] ContainerLists = ["containers", "initContainers"];

    /// <summary>Takes over from the request what it may write, keeps the rest, and counts the generation when the spec changed.</summary>
    public static void Prepare(JsonObject obj, JsonObject old, string subresource)
    {
        switch (subresource)
        {
            case "status":
                ObjectUpdates.Keep(obj, old, "spec");
                ObjectUpdates.Keep(obj.EnsureObject("metadata"), old.EnsureObject("metadata"), "ownerReferences");
                PodStatusDefaults.Apply(obj, old);
                break;
            case "ephemeralcontainers":
                KeepAllBut(obj, old, spec => ObjectUpdates.Keep(spec, obj.EnsureObject("spec"), "ephemeralContainers"));
                break;
            case "resize":
                KeepAllBut(obj, old, spec => TakeResources(spec, obj.EnsureObject("spec")));
                break;
            default:
                ObjectUpdates.Keep(obj, old, "status");
                break;
        }

        CountGeneration(obj, old);
    }

    /// <summary>The old pod with one part of its spec taken from the request, which may carry a resource version.</summary>
    private static void KeepAllBut(JsonObject obj, JsonObject old, Action<JsonObject> take)
    {
        var kept = (JsonObject)old.DeepClone();
        take(kept.EnsureObject("spec"));
        foreach (var field in (ReadOnlySpan<string>)["resourceVersion", "managedFields"])
            ObjectUpdates.Keep(kept.EnsureObject("metadata"), obj.EnsureObject("metadata"), field);
        obj.Clear();
        foreach (var (name, value) in kept.ToList()) obj[name] = value?.DeepClone();
    }

    private static void TakeResources(JsonObject spec, JsonObject wanted)
    {
        foreach (var list in ContainerLists)
        {
            var byName = wanted.Objects(list).ToLookup(c => c.Text("name"), StringComparer.Ordinal);
            foreach (var container in spec.Objects(list))
            {
                if (byName[container.Text("name")].FirstOrDefault() is not { } source) continue;
                ObjectUpdates.Keep(container, source, "resources");
                ObjectUpdates.Keep(container, source, "resizePolicy");
            }
        }
    }

    private static void CountGeneration(JsonObject obj, JsonObject old)
    {
        var before = old.EnsureObject("metadata").Number("generation") ?? 0;
        var changed = !JsonNode.DeepEquals(obj["spec"], old["spec"]);
        if (changed || before > 0) obj.EnsureObject("metadata")["generation"] = changed ? before + 1 : before;
    }
}
