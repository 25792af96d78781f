using System.Text.Json.Nodes;
using Podkit.Model;

namespace Podkit.ApiServer.Defaulting;

/// <summary>What the containers of a pod request together, and the pod's quality of service.</summary>
internal static class PodResources
{
    /// <summary>Whether a pod as a whole may ask for the resource.</summary>
    public static bool IsPodLevel(string resource) =>
        resource is "cpu" or "memory" || resource.StartsWith("hugepages-", StringComparison.Ordinal);

    /// <summary>
    /// What the pod needs: the sum of its containers and sidecars, or the greatest need while init containers run one after another,
    /// each beside the sidecars started before it.
    /// </summary>
    public static Dictionary<string, Quantity> Requests(JsonObject spec)
    {
        var sum = new Dictionary<string, Quantity>(StringComparer.Ordinal);
        foreach (var container in spec.Objects("containers")) Add(sum, Quantities(container, "requests"));
        var sidecars = new Dictionary<string, Quantity>(StringComparer.Ordinal);
        var peak = new Dictionary<string, Quantity>(StringComparer.Ordinal);
        foreach (var container in spec.Objects("initContainers"))
        {
            var need = Quantities(container, "requests");
            if (container.Text("restartPolicy") == "Always")
            {
                Add(sum, need);
                Add(sidecars, need);
                Raise(peak, sidecars);
            }
            else
            {
                Add(need, sidecars);
                Raise(peak, need);
            }
        }

        Raise(sum, peak);
        return sum;
    }

    /// <summary>The class that decides who is evicted first: Guaranteed, Burstable or BestEffort.</summary>
    public static string QosClass(JsonObject spec)
    {
        var requests = new Dictionary<string, Quantity>(StringComparer.Ordinal);
        var limits = new Dictionary<string, Quantity>(StringComparer.Ordinal);
        var guaranteed = true;
        IEnumerable<JsonObject> holders = spec.Object("resources") is { Count: > 0 } ? [spec] : spec.Objects("containers").Concat(spec.Objects("initContainers"));
        foreach (var holder in holders)
        {
            Add(requests, Compute(holder, "requests"));
            var own = Compute(holder, "limits");
            Add(limits, own);
            guaranteed &= own.ContainsKey("cpu") && own.ContainsKey("memory");
        }

        if (requests.Count == 0 && limits.Count == 0) return "BestEffort";
        guaranteed &= requests.Count == limits.Count && requests.All(r => limits.TryGetValue(r.Key, out var limit) && limit == r.Value);
        return guaranteed ? "Guaranteed" : "Burstable";
    }

    private static Dictionary<string, Quantity> Compute(JsonObject holder, string field) => Quantities(holder, field)
        .Where(r => r.Key is "cpu" or "memory" && r.Value.Sign > 0)
        .ToDictionary(StringComparer.Ordinal);

    private static Dictionary<string, Quantity> Quantities(JsonObject holder, string field)
    {
        var result = new Dictionary<string, Quantity>(StringComparer.Ordinal);
        foreach (var (name, value) in holder.Object("resources")?.Object(field) ?? [])
        {
            if (value is not null && Quantity.TryParse(value.ToString(), out var quantity)) result[name] = quantity;
        }

        return result;
    }

    private static void Add(Dictionary<string, Quantity> sum, Dictionary<string, Quantity> more)
    {
        foreach (var (name, quantity) in more) sum[name] = sum.TryGetValue(name, out var already) ? already.Add(quantity) : quantity;
    }

    private static void Raise(Dictionary<string, Quantity> peak, Dictionary<string, Quantity> need)
    {
        foreach (var (name, quantity) in need)
        {
            if (!peak.TryGetValue(name, out var already) || already < quantity) peak[name] = quantity;
        }
    }
}
