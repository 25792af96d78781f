using System.Text.Json.Nodes;
using Podkit.ApiServer.Defaulting;
using Podkit.Model;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Strategies;

/// <summary>What is particular to nodes: a new one is not ready, so nothing is scheduled to it yet.</summary>
internal sealed class NodeStrategy() : ResourceStrategy(ResourceTable.Get("", "v1", "nodes"))
{
    private const string NotReady = "node.kubernetes.io/not-ready";

    /// <summary>How long a kubelet may keep what it read, in seconds; a controller of Kubernetes writes it to every node, 0 in a small cluster.</summary>
    private const string TimeToLive = "node.alpha.kubernetes.io/ttl";

    private static readonly string[] Effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

    public override IReadOnlyDictionary<string, string> SelectableFields { get; } = new Dictionary<string, string>(StringComparer.Ordinal) { ["spec.unschedulable"] = "spec.unschedulable" };

    /// <inheritdoc/>
    public override string SelectableValue(JsonObject obj, string field) => obj.Object("spec").Flag("unschedulable") ? "true" : "false";

    /// <inheritdoc/>
    public override void PrepareForCreate(JsonObject obj, OperationContext context)
    {
        // A kubelet registers itself together with its status.
    }

    /// <inheritdoc/>
    public override void PrepareForUpdate(JsonObject obj, JsonObject old, OperationContext context)
    {
        base.PrepareForUpdate(obj, old, context);
        var annotations = obj.EnsureObject("metadata").EnsureObject("annotations");
        if (!annotations.ContainsKey(TimeToLive)) annotations[TimeToLive] = "0";
    }

    /// <inheritdoc/>
    public override void Admit(JsonObject? obj, JsonObject? old, OperationContext context)
    {
        if (context.Operation != Operation.Create || obj is null) return;
        var spec = obj.EnsureObject("spec");
        if (spec.Objects("taints").Any(t => t.Text("key") == NotReady && t.Text("effect") == "NoSchedule")) return;
        spec.EnsureList("taints").Append(new JsonObject { ["key"] = NotReady, ["effect"] = "NoSchedule" });
    }

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, OperationContext context, List<FieldError> errors)
    {
        var path = FieldPath.Root("spec").Child("taints");
        var seen = new HashSet<(string, string)>();
        foreach (var (taint, i) in obj.Object("spec").Objects("taints").Select((t, i) => (t, i)))
        {
            Validation.FieldChecks.QualifiedName(taint.Text("key"), path.Index(i).Child("key"), errors);
            Validation.FieldChecks.Names(Names.IsLabelValue(taint.Text("value")), taint.Text("value"), path.Index(i).Child("value"), errors);
            Validation.FieldChecks.OneOf(taint.Text("effect"), path.Index(i).Child("effect"), errors, optional: false, Effects);
            if (!seen.Add((taint.Text("key"), taint.Text("effect")))) errors.Add(FieldError.Duplicate(path.Index(i), taint));
        }
    }
}
