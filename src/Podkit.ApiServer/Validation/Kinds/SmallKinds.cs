using System.Text.Json;
using System.Text.Json.Nodes;
using Podkit.ApiServer.Defaulting;
using Podkit.Model;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Validation;

/// <summary>The rules of kinds that have but a few.</summary>
internal static class SmallKinds
{
    private static readonly FieldPath Spec = FieldPath.Root("spec");

    public static void Lease(JsonObject obj, List<FieldError> errors)
    {
        var spec = obj.Object("spec") ?? [];
        if (spec.Number("leaseDurationSeconds") is { } seconds and <= 0) errors.Add(FieldError.Invalid(Spec.Child("leaseDurationSeconds"), seconds, "must be greater than 0"));
        FieldChecks.NonNegative(spec.Number("leaseTransitions"), Spec.Child("leaseTransitions"), errors);
    }

    public static void PodDisruptionBudget(JsonObject obj, List<FieldError> errors)
    {
        var spec = obj.Object("spec") ?? [];
        if (spec["minAvailable"] is not null && spec["maxUnavailable"] is not null)
            errors.Add(FieldError.Invalid(Spec, spec, "minAvailable and maxUnavailable cannot be both set"));
        foreach (var field in (ReadOnlySpan<string>)["minAvailable", "maxUnavailable"]) Amount(spec[field], Spec.Child(field), errors);
        if (spec.Object("selector") is { } selector) SelectorValidation.Validate(selector.Deserialize(KubernetesJson.Default.MetaV1LabelSelector), Spec.Child("selector"), errors);
        FieldChecks.OneOf(spec.Text("unhealthyPodEvictionPolicy"), Spec.Child("unhealthyPodEvictionPolicy"), errors, optional: true, "IfHealthyBudget", "AlwaysAllow");
    }

    public static void PersistentVolumeClaim(JsonObject obj, List<FieldError> errors)
    {
        var spec = obj.Object("spec") ?? [];
        if (spec["accessModes"] is not JsonArray { Count: > 0 }) errors.Add(FieldError.Required(Spec.Child("accessModes"), "at least 1 access mode is required"));
        if (spec.Object("resources")?.Object("requests")?["storage"] is null) errors.Add(FieldError.Required(Spec.Child("resources").Key("storage"), ""));
    }

    public static void PriorityClass(JsonObject obj, List<FieldError> errors)
    {
        if (obj.Number("value") is { } value && value > 1_000_000_000 && !obj.Object("metadata").Text("name").StartsWith("system-", StringComparison.Ordinal))
            errors.Add(FieldError.Forbidden(FieldPath.Root("value"), "maximum allowed value of a user defined priority is 1000000000"));
        FieldChecks.OneOf(obj.Text("preemptionPolicy"), FieldPath.Root("preemptionPolicy"), errors, optional: false, "PreemptLowerPriority", "Never");
    }

    public static void PriorityClassUpdate(JsonObject obj, JsonObject old, List<FieldError> errors)
    {
        if (obj.Number("value") != old.Number("value")) errors.Add(FieldError.Forbidden(FieldPath.Root("value"), "may not be changed in an update."));
    }

    public static void HorizontalPodAutoscaler(JsonObject obj, List<FieldError> errors)
    {
        var spec = obj.Object("spec") ?? [];
        if (spec.Number("minReplicas") is { } minimum and < 1) errors.Add(FieldError.Invalid(Spec.Child("minReplicas"), minimum, "must be greater than or equal to 1"));
        var maximum = spec.Number("maxReplicas") ?? 0;
        if (maximum < 1) errors.Add(FieldError.Invalid(Spec.Child("maxReplicas"), maximum, "must be greater than 0"));
        if (maximum < (spec.Number("minReplicas") ?? 1)) errors.Add(FieldError.Invalid(Spec.Child("maxReplicas"), maximum, "must be greater than or equal to `minReplicas`"));
        foreach (var field in (ReadOnlySpan<string>)["kind", "name"])
        {
            if (spec.Object("scaleTargetRef").Text(field).Length == 0) errors.Add(FieldError.Required(Spec.Child("scaleTargetRef").Child(field), ""));
        }
    }

    public static void EndpointSlice(JsonObject obj, List<FieldError> errors)
    {
        FieldChecks.OneOf(obj.Text("addressType"), FieldPath.Root("addressType"), errors, optional: false, "FQDN", "IPv4", "IPv6");
        foreach (var (endpoint, i) in obj.Objects("endpoints").Select((e, i) => (e, i)))
        {
            if (endpoint["addresses"] is not JsonArray { Count: > 0 })
                errors.Add(FieldError.Required(FieldPath.Root("endpoints").Index(i).Child("addresses"), "must contain at least 1 address"));
        }
    }

    public static void NetworkPolicy(JsonObject obj, List<FieldError> errors)
    {
        if (obj.Object("spec")?.Object("podSelector") is { } selector)
            SelectorValidation.Validate(selector.Deserialize(KubernetesJson.Default.MetaV1LabelSelector), Spec.Child("podSelector"), errors);
    }

    public static void StorageClass(JsonObject obj, List<FieldError> errors)
    {
        if (obj.Text("provisioner").Length == 0) errors.Add(FieldError.Required(FieldPath.Root("provisioner"), ""));
        FieldChecks.OneOf(obj.Text("reclaimPolicy"), FieldPath.Root("reclaimPolicy"), errors, optional: true, "Delete", "Retain");
        FieldChecks.OneOf(obj.Text("volumeBindingMode"), FieldPath.Root("volumeBindingMode"), errors, optional: false, "Immediate", "WaitForFirstConsumer");
    }

    /// <summary>A number that is not negative, or a percentage.</summary>
    private static void Amount(JsonNode? value, FieldPath path, List<FieldError> errors)
    {
        if (value is null) return;
        if (value.GetValueKind() == JsonValueKind.Number)
        {
            if (long.Parse(value.ToString(), System.Globalization.CultureInfo.InvariantCulture) is var number and < 0)
                errors.Add(FieldError.Invalid(path, number, "must be greater than or equal to 0"));
            return;
        }

        var text = value.ToString();
        if (text.Length < 2 || !text.EndsWith('%') || !text[..^1].All(char.IsAsciiDigit))
            errors.Add(FieldError.Invalid(path, text, "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"));
        else if (text.Length > 4 || int.Parse(text[..^1], System.Globalization.CultureInfo.InvariantCulture) > 100)
            errors.Add(FieldError.Invalid(path, text, "must not be greater than 100%"));
    }
}
