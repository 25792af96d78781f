using System.Text.Json;
using System.Text.Json.Nodes;
using Podkit.ApiServer.Defaulting;
using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Storage;
using Podkit.Model;
using Podkit.Model.Meta.V1;

namespace Podkit.ApiServer.Strategies;

/// <summary>Asks a pod to leave, as far as its disruption budget allows.</summary>
internal static class PodEviction
{
    private const string Refusal = "Cannot evict pod as it would violate the pod's disruption budget.";
    private const int RetryAfterSeconds = 10;
    private static readonly ResourceKind Budgets = ResourceTable.Get("policy", "v1", "poddisruptionbudgets");

    /// <summary>Refuses an Eviction that names another pod.</summary>
    public static void CheckName(JsonObject eviction, string name)
    {
        if (eviction.Object("metadata").Text("name") is { Length: > 0 } given && given != name) throw ApiException.BadRequest("name in URL does not match name in Eviction object");
    }

    /// <summary>Whether a budget has a say: not over a pod that has ended, has not started or is going already.</summary>
    public static bool IsProtected(JsonObject pod) =>
        pod.Object("metadata")?["deletionTimestamp"] is null && pod.Object("status").Text("phase") is not ("Succeeded" or "Failed" or "Pending");

    /// <summary>The budget that covers a pod and allows one more disruption; null when none covers it. The caller takes one from <c>status.disruptionsAllowed</c>.</summary>
    /// <exception cref="ApiException">The budget does not allow it, or more than one covers the pod.</exception>
    public static StoredObject? FindBudget(JsonObject pod, IObjectReader objects)
    {
        var metadata = pod.Object("metadata");
        var labels = metadata.Texts("labels");
        var covering = objects.List(Budgets, metadata.Text("namespace")).Where(b => Covers(b.ToJson(), labels)).ToList();
        if (covering.Count == 0) return null;
        if (covering.Count > 1)
            throw ApiException.InternalError("This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.");
        CheckAllowed(covering[0].Name, covering[0].ToJson());
        return covering[0];
    }

    /// <summary>Marks a pod as a target of disruption, before it is deleted.</summary>
    public static void Mark(JsonObject pod, DateTimeOffset now) =>
        PodConditions.Set(pod, "DisruptionTarget", "True", "EvictionByEvictionAPI", "Eviction API: evicting", now);

    private static bool Covers(JsonObject budget, Dictionary<string, string> labels)
    {
        if (budget.Object("spec")?.Object("selector") is not { } selector) return false;
        return Model.Selectors.LabelSelector.FromLabelSelector(selector.Deserialize(KubernetesJson.Default.MetaV1LabelSelector)!).Matches(labels);
    }

    private static void CheckAllowed(string name, JsonObject budget)
    {
        var status = budget.Object("status");
        if ((status.Number("observedGeneration") ?? 0) < (budget.Object("metadata").Number("generation") ?? 0))
            throw Refused($"The disruption budget {name} is still being processed by the server.");
        if ((status.Number("disruptionsAllowed") ?? 0) <= 0)
            throw Refused($"The disruption budget {name} needs {status.Number("desiredHealthy") ?? 0} healthy pods and has {status.Number("currentHealthy") ?? 0} currently");
    }

    private static ApiException Refused(string cause) => ApiException.Make(429, "TooManyRequests", Refusal, new StatusDetails
    {
        RetryAfterSeconds = RetryAfterSeconds,
        Causes = [new StatusCause { Reason = "DisruptionBudget", Message = cause }],
    });
}
