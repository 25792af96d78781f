using System.Text.Json.Nodes;
using Podkit.ApiServer.Serialization;
using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Hosting;
using Podkit.ApiServer.Operations;
using Podkit.ApiServer.Storage;
using Podkit.ApiServer.Strategies;
using Podkit.Model;
using Podkit.Model.Meta.V1;
using Podkit.Model.Policy.V1;

namespace Podkit.ApiServer.Handlers;

/// <summary>Deletes a pod unless a disruption budget forbids it.</summary>
internal sealed class EvictionHandler(ServerServices services) : ICreateHandler
{
    private static readonly ResourceKind Budgets = ResourceTable.Get("policy", "v1", "poddisruptionbudgets");

    public ValueTask<JsonObject> CreateAsync(JsonObject body, OperationContext context, CancellationToken cancellationToken)
    {
        var found = services.Store.Find(Kinds.Pods, context.Namespace, context.Name) ?? throw ApiException.NotFound(Kinds.Pods, context.Name);
        CheckBudgets(found, context);
        var options = body["deleteOptions"] as JsonObject;
        ObjectDeleter.Delete(services, Deletion(context), new Requests.DeleteOptions
        {
            DryRun = context.DryRun,
            GracePeriodSeconds = options?.Number("gracePeriodSeconds"),
            PropagationPolicy = options?.Text("propagationPolicy") is { Length: > 0 } policy ? policy : null,
            Uid = options?.TextAt("preconditions.uid") is { Length: > 0 } uid ? uid : null,
            ResourceVersion = options?.TextAt("preconditions.resourceVersion") is { Length: > 0 } version ? version : null,
        });
        return ValueTask.FromResult(PodSubresources.Done());
    }

    private void CheckBudgets(StoredObject pod, OperationContext context)
    {
        if (pod.ToJson().TextAt("status.phase") is "Succeeded" or "Failed" or "Pending") return;
        foreach (var budget in services.Store.List(Budgets, pod.Namespace))
        {
            var typed = budget.Read(KubernetesJson.Default.PolicyV1PodDisruptionBudget);
            if (typed.Spec is null || !Matches(typed, pod) || (typed.Status?.DisruptionsAllowed ?? 0) > 0) continue;
            var refusal = ApiException.TooManyRequests("Cannot evict pod as it would violate the pod's disruption budget.", 0);
            refusal.Status.Details!.Causes =
            [
                new StatusCause { Reason = "DisruptionBudget", Message = $"The disruption budget {budget.Name} needs {typed.Status?.DesiredHealthy ?? 0} healthy pods and has {typed.Status?.CurrentHealthy ?? 0} currently" },
            ];
            throw refusal;
        }
    }

    private static bool Matches(PodDisruptionBudget budget, StoredObject pod) =>
        budget.Spec?.Selector is { } selector && Model.Selectors.LabelSelector.FromLabelSelector(selector).Matches(pod.Labels);

    private static OperationContext Deletion(OperationContext context) => new()
    {
        Operation = Operation.Delete,
        Kind = context.Kind,
        Request = context.Request,
        User = context.User,
        Objects = context.Objects,
        Time = context.Time,
        Namespace = context.Namespace,
        Name = context.Name,
        DryRun = context.DryRun,
        Warnings = context.Warnings,
    };
}
