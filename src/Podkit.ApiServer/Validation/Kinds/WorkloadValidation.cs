using System.Text.Json.Nodes;
using Podkit.ApiServer.Defaulting;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Validation;

/// <summary>The rules of what keeps pods running.</summary>
internal static class WorkloadValidation
{
    private static readonly FieldPath Spec = FieldPath.Root("spec");

    public static void Deployment(JsonObject obj, List<FieldError> errors)
    {
        var spec = obj.Object("spec") ?? [];
        Counts(spec, errors, "replicas");
        TemplateValidation.ValidateKeeper(spec, Spec, "deployment", errors);
        DeploymentStrategy(spec.Object("strategy") ?? [], errors);
        Counts(spec, errors, "minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds");
        if (spec.Number("progressDeadlineSeconds") is { } progress && progress <= (spec.Number("minReadySeconds") ?? 0))
            errors.Add(FieldError.Invalid(Spec.Child("progressDeadlineSeconds"), progress, "must be greater than minReadySeconds"));
    }

    public static void ReplicaSet(JsonObject obj, List<FieldError> errors)
    {
        var spec = obj.Object("spec") ?? [];
        Counts(spec, errors, "replicas", "minReadySeconds");
        TemplateValidation.ValidateKeeper(spec, Spec, "deployment", errors);
    }

    public static void DaemonSet(JsonObject obj, List<FieldError> errors)
    {
        var spec = obj.Object("spec") ?? [];
        TemplateValidation.ValidateKeeper(spec, Spec, "daemonset", errors);
        Counts(spec, errors, "minReadySeconds", "revisionHistoryLimit");
        FieldChecks.OneOf(spec.Object("updateStrategy").Text("type"), Spec.Child("updateStrategy").Child("type"), errors, optional: false, "RollingUpdate", "OnDelete");
    }

    public static void StatefulSet(JsonObject obj, List<FieldError> errors)
    {
        var spec = obj.Object("spec") ?? [];
        FieldChecks.OneOf(spec.Text("podManagementPolicy"), Spec.Child("podManagementPolicy"), errors, optional: false, "OrderedReady", "Parallel");
        FieldChecks.OneOf(spec.Object("updateStrategy").Text("type"), Spec.Child("updateStrategy").Child("type"), errors, optional: false, "RollingUpdate", "OnDelete");
        Counts(spec, errors, "replicas", "minReadySeconds", "revisionHistoryLimit");
        TemplateValidation.ValidateKeeper(spec, Spec, "statefulset", errors);
    }

    public static void StatefulSetUpdate(JsonObject obj, JsonObject old, List<FieldError> errors)
    {
        string[] mutable = ["replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit", "persistentVolumeClaimRetentionPolicy", "minReadySeconds"];
        var (now, before) = ((JsonObject?)obj.Object("spec")?.DeepClone() ?? [], (JsonObject?)old.Object("spec")?.DeepClone() ?? []);
        foreach (var field in mutable)
        {
            now.Remove(field);
            before.Remove(field);
        }

        if (JsonNode.DeepEquals(now, before)) return;
        errors.Add(FieldError.Forbidden(
            Spec,
            "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"));
    }

    public static void ReplicationController(JsonObject obj, List<FieldError> errors)
    {
        var spec = obj.Object("spec") ?? [];
        Counts(spec, errors, "replicas", "minReadySeconds");
        var selector = spec.Texts("selector");
        if (selector.Count == 0) errors.Add(FieldError.Required(Spec.Child("selector"), ""));
        if (spec.Object("template") is not { } template)
        {
            errors.Add(FieldError.Required(Spec.Child("template"), ""));
            return;
        }

        var labels = template.Object("metadata").Texts("labels");
        if (selector.Any(s => labels.GetValueOrDefault(s.Key) != s.Value))
            errors.Add(FieldError.Invalid(Spec.Child("template").Child("metadata").Child("labels"), template.Object("metadata")?["labels"], "`selector` does not match template `labels`"));
        TemplateValidation.Validate(template, Spec.Child("template"), errors);
        if (template.Object("spec").Text("restartPolicy") is var policy && policy != "Always")
            errors.Add(FieldError.NotSupportedInOrder(Spec.Child("template").Child("spec").Child("restartPolicy"), policy, ["Always"]));
    }

    public static void PodTemplate(JsonObject obj, List<FieldError> errors) => TemplateValidation.Validate(obj.Object("template") ?? [], FieldPath.Root("template"), errors);

    /// <summary>Numbers that may be missing but not negative.</summary>
    public static void Counts(JsonObject spec, List<FieldError> errors, params ReadOnlySpan<string> fields)
    {
        foreach (var field in fields) FieldChecks.NonNegative(spec.Number(field), Spec.Child(field), errors);
    }

    private static void DeploymentStrategy(JsonObject strategy, List<FieldError> errors)
    {
        var path = Spec.Child("strategy");
        var rolling = strategy.Object("rollingUpdate");
        switch (strategy.Text("type"))
        {
            case "Recreate":
                if (rolling is not null) errors.Add(FieldError.Forbidden(path.Child("rollingUpdate"), "may not be specified when strategy `type` is 'Recreate'"));
                break;
            case "RollingUpdate":
                if (rolling is null) errors.Add(FieldError.Required(path.Child("rollingUpdate"), "this should be defaulted and never be nil"));
                else if (IsZero(rolling["maxUnavailable"]) && IsZero(rolling["maxSurge"]))
                    errors.Add(FieldError.Invalid(path.Child("rollingUpdate").Child("maxUnavailable"), rolling["maxUnavailable"], "may not be 0 when `maxSurge` is 0"));
                break;
            default:
                errors.Add(FieldError.NotSupportedInOrder(path.Child("type"), strategy.Text("type"), ["Recreate", "RollingUpdate"]));
                break;
        }
    }

    private static bool IsZero(JsonNode? value) => value?.ToString() is "0" or "0%";
}
