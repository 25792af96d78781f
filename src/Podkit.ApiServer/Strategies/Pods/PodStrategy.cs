using System.Text.Json.Nodes;
using Podkit.ApiServer.Admission;
using Podkit.ApiServer.Defaulting;
using Podkit.ApiServer.Validation;
using Podkit.Model;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Strategies;

/// <summary>What is particular to pods.</summary>
internal sealed class PodStrategy() : ResourceStrategy(ResourceTable.Get("", "v1", "pods"))
{
    public override IReadOnlyDictionary<string, string> SelectableFields { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["spec.nodeName"] = "spec.nodeName",
        ["spec.restartPolicy"] = "spec.restartPolicy",
        ["spec.schedulerName"] = "spec.schedulerName",
        ["spec.serviceAccountName"] = "spec.serviceAccountName",
        ["spec.hostNetwork"] = "spec.hostNetwork",
        ["status.phase"] = "status.phase",
        ["status.podIP"] = "status.podIP",
        ["status.podIPs"] = "status.podIPs",
        ["status.nominatedNodeName"] = "status.nominatedNodeName",
    };

    /// <inheritdoc/>
    public override string SelectableValue(JsonObject obj, string field) => field switch
    {
        "spec.hostNetwork" => obj.Object("spec").Flag("hostNetwork") ? "true" : "false",
        "status.podIPs" => string.Join(',', obj.Object("status").Objects("podIPs").Select(ip => ip.Text("ip"))),
        _ => base.SelectableValue(obj, field),
    };

    /// <inheritdoc/>
    public override void Default(JsonObject obj) => PodDefaults.Apply(obj);

    /// <inheritdoc/>
    public override void PrepareForCreate(JsonObject obj, OperationContext context)
    {
        obj.EnsureObject("metadata")["generation"] = 1;
        var spec = obj.EnsureObject("spec");
        var status = new JsonObject { ["phase"] = "Pending", ["qosClass"] = PodResources.QosClass(spec) };
        if (spec.Objects("schedulingGates").Any()) status["conditions"] = new JsonArray(PodConditions.SchedulingGated());
        obj["status"] = status;
    }

    /// <inheritdoc/>
    public override void PrepareForUpdate(JsonObject obj, JsonObject old, OperationContext context) => PodUpdates.Prepare(obj, old, context.Subresource);

    /// <inheritdoc/>
    public override void Admit(JsonObject? obj, JsonObject? old, OperationContext context)
    {
        if (obj is null || context.Subresource.Length > 0) return;
        if (context.Operation == Operation.Create)
        {
            ServiceAccountAdmission.Admit(obj, context.Namespace, context.Name, context.Objects);
            PriorityAdmission.Admit(obj, context.Name, context.Objects);
        }

        TolerationAdmission.Admit(obj);
    }

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, OperationContext context, List<FieldError> errors)
    {
        PodValidation.Validate(obj, errors);
        PodWarnings.OfSpec(obj.EnsureObject("spec"), FieldPath.Root("spec"), context.Warnings);
    }

    /// <inheritdoc/>
    public override void ValidateUpdate(JsonObject obj, JsonObject old, OperationContext context, List<FieldError> errors)
    {
        PodUpdateValidation.Validate(obj, old, context.Subresource, errors);
        if (context.Subresource != "status") PodWarnings.OfSpec(obj.EnsureObject("spec"), FieldPath.Root("spec"), context.Warnings);
    }
}
