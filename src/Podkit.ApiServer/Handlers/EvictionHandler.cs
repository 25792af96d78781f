using System.Text.Json.Nodes;
using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Hosting;
using Podkit.ApiServer.Operations;
using Podkit.ApiServer.Serialization;
using Podkit.ApiServer.Storage;
using Podkit.ApiServer.Strategies;

namespace Podkit.ApiServer.Handlers;

/// <summary>Deletes a pod unless a disruption budget forbids it.</summary>
internal sealed class EvictionHandler(ServerServices services) : ICreateHandler
{
    public ValueTask<JsonObject> CreateAsync(JsonObject body, OperationContext context, CancellationToken cancellationToken)
    {
        PodEviction.CheckName(body, context.Name);
        Ask(context);
        if (!context.DryRun) Mark(context);
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

    private StoredObject Find(OperationContext context) =>
        services.Store.Find(Kinds.Pods, context.Namespace, context.Name) ?? throw ApiException.NotFound(Kinds.Pods, context.Name);

    /// <summary>Takes one disruption from the budget, if there is one.</summary>
    private void Ask(OperationContext context)
    {
        while (true)
        {
            var pod = Find(context).ToJson();
            if (!PodEviction.IsProtected(pod) || PodEviction.FindBudget(pod, services.Store) is not { } budget) return;
            if (context.DryRun || Take(budget, context)) return;
        }
    }

    /// <summary>Tells in the pod's conditions why it goes.</summary>
    private void Mark(OperationContext context)
    {
        while (true)
        {
            var found = Find(context);
            var pod = found.ToJson();
            PodEviction.Mark(pod, context.Time.GetUtcNow());
            if (services.Store.Update(found, StoredDocument.Of(Kinds.Pods, pod)) is not null) return;
        }
    }

    private bool Take(StoredObject budget, OperationContext context)
    {
        var document = budget.ToJson();
        var status = document.Child("status");
        status["disruptionsAllowed"] = (status.Number("disruptionsAllowed") ?? 0) - 1;
        status.Child("disruptedPods")[context.Name] = context.Time.GetUtcNow().ToTime();
        return services.Store.Update(budget, StoredDocument.Of(budget.Kind, document)) is not null;
    }

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
