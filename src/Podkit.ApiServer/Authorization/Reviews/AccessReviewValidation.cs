using System.Text.Json.Nodes;
using Podkit.Model.Authorization.V1;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Authorization.Reviews;

/// <summary>Checks access reviews as Kubernetes' authorization validation does.</summary>
internal static class AccessReviewValidation
{
    private static readonly HashSet<string> AllowedMetadata = ["managedFields"];

    public static void CheckSpec(SubjectAccessReviewSpec spec, bool isSelf, List<FieldError> errors)
    {
        var path = FieldPath.Root("spec");
        if (spec.ResourceAttributes is not null && spec.NonResourceAttributes is { } both)
            errors.Add(FieldError.Invalid(path.Child("nonResourceAttributes"), Show(both), "cannot be specified in combination with resourceAttributes"));
        if (spec.ResourceAttributes is null && spec.NonResourceAttributes is null)
            errors.Add(FieldError.Invalid(path.Child("resourceAttributes"), "null", "exactly one of nonResourceAttributes or resourceAttributes must be specified"));
        if (!isSelf && string.IsNullOrEmpty(spec.User) && spec.Groups is not { Count: > 0 })
            errors.Add(FieldError.Invalid(path.Child("user"), spec.User ?? "", "at least one of user or group must be specified"));
        if (spec.ResourceAttributes is not { } resource) return;
        var attributes = path.Child("resourceAttributes");
        if (resource.FieldSelector is { } fields) CheckSelector(attributes.Child("fieldSelector"), fields.RawSelector, fields.Requirements?.Count ?? 0, errors);
        if (resource.LabelSelector is { } labels) CheckSelector(attributes.Child("labelSelector"), labels.RawSelector, labels.Requirements?.Count ?? 0, errors);
    }

    /// <summary>Reviews are not stored: they have no metadata of their own.</summary>
    public static void CheckMetadata(JsonObject metadata, bool allowsNamespace, List<FieldError> errors)
    {
        if (metadata.All(p => p.Value is null || AllowedMetadata.Contains(p.Key) || (allowsNamespace && p.Key == "namespace"))) return;
        errors.Add(FieldError.Invalid(FieldPath.Root("metadata"), metadata, allowsNamespace ? "must be empty except for namespace" : "must be empty"));
    }

    /// <summary>As Kubernetes' messages show it.</summary>
    public static JsonObject Show(NonResourceAttributes attributes) => new() { ["Path"] = attributes.Path ?? "", ["Verb"] = attributes.Verb ?? "" };

    private static void CheckSelector(FieldPath path, string? raw, int requirements, List<FieldError> errors)
    {
        var hasRaw = !string.IsNullOrEmpty(raw);
        if (hasRaw && requirements > 0) errors.Add(FieldError.Invalid(path.Child("rawSelector"), raw, "may not specified at the same time as requirements"));
        if (!hasRaw && requirements == 0) errors.Add(FieldError.Required(path.Child("requirements"), $"when {path} is specified, requirements or rawSelector is required"));
    }
}
