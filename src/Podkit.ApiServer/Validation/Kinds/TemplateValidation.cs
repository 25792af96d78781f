using System.Text.Json;
using System.Text.Json.Nodes;
using Podkit.ApiServer.Defaulting;
using Podkit.Model;
using Podkit.Model.Core.V1;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Validation;

/// <summary>The rules of pod templates and of the selectors that find the pods made from them.</summary>
internal static class TemplateValidation
{
    /// <summary>Checks a template by itself.</summary>
    public static void Validate(JsonObject template, FieldPath path, List<FieldError> errors)
    {
        ObjectMetaValidation.ValidateTemplate(template, path.Child("metadata"), errors);
        var spec = (template.Object("spec") ?? []).Deserialize(KubernetesJson.Default.CoreV1PodSpec) ?? new PodSpec();
        PodSpecValidation.Validate(spec, path.Child("spec"), isPod: false, errors);
        if (spec.EphemeralContainers is { Count: > 0 }) errors.Add(FieldError.Forbidden(path.Child("spec").Child("ephemeralContainers"), "ephemeral containers not allowed in pod template"));
    }

    /// <summary>Checks the template of something that keeps pods running: its labels are those that the selector finds, its pods restart always.</summary>
    /// <param name="spec">The spec that holds <c>selector</c> and <c>template</c>.</param>
    /// <param name="path">Its path.</param>
    /// <param name="kind">What it is a spec of, as messages name it: <c>deployment</c>.</param>
    /// <param name="errors">The list to add errors to.</param>
    public static void ValidateKeeper(JsonObject spec, FieldPath path, string kind, List<FieldError> errors)
    {
        var template = spec.Object("template") ?? [];
        ValidateSelector(spec, path, kind, errors);
        Validate(template, path.Child("template"), errors);
        var place = path.Child("template").Child("spec");
        var policy = template.Object("spec").Text("restartPolicy");
        if (policy != "Always") errors.Add(FieldError.NotSupportedInOrder(place.Child("restartPolicy"), policy, ["Always"]));
        if (template.Object("spec")?["activeDeadlineSeconds"] is not null)
            errors.Add(FieldError.Forbidden(place.Child("activeDeadlineSeconds"), $"activeDeadlineSeconds in {OwnerOf(kind)} is not Supported"));
    }

    /// <summary>A selector, once given, selects the same for ever.</summary>
    public static void SelectorUnchanged(JsonObject obj, JsonObject old, List<FieldError> errors)
    {
        var (now, before) = (obj.Object("spec")?["selector"], old.Object("spec")?["selector"]);
        if (!JsonNode.DeepEquals(now, before)) errors.Add(FieldError.Invalid(FieldPath.Root("spec").Child("selector"), now, "field is immutable"));
    }

    private static void ValidateSelector(JsonObject spec, FieldPath path, string kind, List<FieldError> errors)
    {
        if (spec.Object("selector") is not { } json)
        {
            errors.Add(FieldError.Required(path.Child("selector"), ""));
            return;
        }

        var selector = json.Deserialize(KubernetesJson.Default.MetaV1LabelSelector)!;
        var before = errors.Count;
        SelectorValidation.Validate(selector, path.Child("selector"), errors);
        if (json.Count == 0) errors.Add(FieldError.Invalid(path.Child("selector"), json, $"empty selector is invalid for {kind}"));
        if (errors.Count != before || json.Count == 0) return;
        var labels = spec.Object("template")?.Object("metadata").Texts("labels") ?? [];
        if (Model.Selectors.LabelSelector.FromLabelSelector(selector).Matches(labels)) return;
        var shown = spec.Object("template")?.Object("metadata")?["labels"];
        errors.Add(FieldError.Invalid(path.Child("template").Child("metadata").Child("labels"), shown, "`selector` does not match template `labels`"));
    }

    private static string OwnerOf(string kind) => kind switch
    {
        "daemonset" => "DaemonSet",
        "statefulset" => "StatefulSet",
        _ => "ReplicaSet",
    };
}
