using System.Text.Json.Nodes;
using Podkit.ApiServer.Serialization;
using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Hosting;
using Podkit.ApiServer.Operations;
using Podkit.ApiServer.Storage;
using Podkit.ApiServer.Strategies;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Handlers;

/// <summary>Binds a pod to a node, as a scheduler asks for it.</summary>
internal sealed class BindingHandler(ServerServices services) : ICreateHandler
{
    public ValueTask<JsonObject> CreateAsync(JsonObject body, OperationContext context, CancellationToken cancellationToken)
    {
        var node = body.TextAt("target.name");
        Check(body, context, node);
        while (true)
        {
            var found = services.Store.Find(Kinds.Pods, context.Namespace, context.Name) ?? throw ApiException.NotFound(Kinds.Pods, context.Name);
            var pod = Bound(found.ToJson(), body, node, context);
            if (context.DryRun || services.Store.Update(found, StoredDocument.Of(Kinds.Pods, pod)) is not null) return ValueTask.FromResult(PodSubresources.Done());
        }
    }

    private static void Check(JsonObject body, OperationContext context, string node)
    {
        var errors = new List<FieldError>();
        var target = FieldPath.Root("target");
        if (body.TextAt("target.kind") is { Length: > 0 } kind and not "Node") errors.Add(FieldError.NotSupported(target.Child("kind"), kind, ["Node", "<empty>"]));
        if (node.Length == 0) errors.Add(FieldError.Required(target.Child("name"), ""));
        if (errors.Count > 0) throw ApiException.Invalid("", "Binding", context.Name, errors);
    }

    private static JsonObject Bound(JsonObject pod, JsonObject body, string node, OperationContext context)
    {
        if (pod.Metadata()["deletionTimestamp"] is not null) throw Conflict($"pod {context.Name} is being deleted, cannot be assigned to a host");
        if (pod.TextAt("spec.nodeName") is { Length: > 0 } taken) throw Conflict($"pod {context.Name} is already assigned to node \"{taken}\"");
        if (body.TextAt("metadata.uid") is { Length: > 0 } uid && uid != pod.Metadata().Text("uid")) throw Conflict($"Precondition failed: UID in precondition: {uid}, UID in object meta: {pod.Metadata().Text("uid")}");
        pod.Child("spec")["nodeName"] = node;
        foreach (var (key, value) in body["metadata"]?["annotations"] as JsonObject ?? []) pod.Metadata().Child("annotations")[key] = value?.DeepClone();
        SetScheduled(pod, context);
        return pod;

        ApiException Conflict(string problem) => ApiException.Conflict("", "pods/binding", context.Name, problem);
    }

    private static void SetScheduled(JsonObject pod, OperationContext context)
    {
        var status = pod.Child("status");
        var conditions = new JsonArray([.. pod.ObjectsAt("status.conditions").Where(c => c.Text("type") != "PodScheduled").Select(c => c.DeepClone())]);
        conditions.Add((JsonNode)new JsonObject
        {
            ["type"] = "PodScheduled",
            ["status"] = "True",
            ["lastProbeTime"] = null,
            ["lastTransitionTime"] = context.Time.GetUtcNow().ToTime(),
        });
        status["conditions"] = conditions;
    }
}
