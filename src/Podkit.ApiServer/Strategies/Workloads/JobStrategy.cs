using System.Text.Json.Nodes;
using Podkit.ApiServer.Defaulting;
using Podkit.ApiServer.Validation;
using Podkit.Model;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Strategies;

/// <summary>What is particular to Jobs: each finds its pods by a label with its own UID.</summary>
internal sealed class JobStrategy() : ResourceStrategy(ResourceTable.Get("batch", "v1", "jobs"))
{
    private const string ControllerLabel = "batch.kubernetes.io/controller-uid";
    private const string NameLabel = "batch.kubernetes.io/job-name";

    public override IReadOnlyDictionary<string, string> SelectableFields { get; } = new Dictionary<string, string>(StringComparer.Ordinal) { ["status.successful"] = "status.succeeded" };

    /// <inheritdoc/>
    public override string SelectableValue(JsonObject obj, string field) => base.SelectableValue(obj, field) is { Length: > 0 } count ? count : "0";

    /// <inheritdoc/>
    public override void Default(JsonObject obj) => WorkloadDefaults.Job(obj);

    /// <inheritdoc/>
    public override void PrepareForCreate(JsonObject obj, OperationContext context)
    {
        base.PrepareForCreate(obj, context);
        var spec = obj.EnsureObject("spec");
        if (!spec.Flag("manualSelector")) GenerateSelector(obj, spec);
        // Stored Jobs are defaulted again when they are read: the labels of the template become the Job's own.
        WorkloadDefaults.Job(obj);
    }

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, OperationContext context, List<FieldError> errors) => JobValidation.Job(obj, errors);

    /// <inheritdoc/>
    public override void ValidateUpdate(JsonObject obj, JsonObject old, OperationContext context, List<FieldError> errors)
    {
        if (context.Subresource.Length > 0) return;
        JobValidation.Job(obj, errors);
        JobValidation.JobUpdate(obj, old, errors);
    }

    private static void GenerateSelector(JsonObject obj, JsonObject spec)
    {
        var (uid, name) = (obj.Object("metadata").Text("uid"), obj.Object("metadata").Text("name"));
        var labels = spec.EnsureObject("template").EnsureObject("metadata").EnsureObject("labels");
        foreach (var (label, value) in new[] { (ControllerLabel, uid), ("controller-uid", uid), (NameLabel, name), ("job-name", name) })
        {
            if (!labels.ContainsKey(label)) labels[label] = value;
        }

        if (spec.Object("selector") is not { Count: > 0 }) spec["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { [ControllerLabel] = uid } };
    }
}
