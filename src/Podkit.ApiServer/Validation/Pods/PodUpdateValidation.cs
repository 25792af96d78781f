using System.Text.Json.Nodes;
using Podkit.ApiServer.Defaulting;
using Podkit.Model.Core.V1;
using Podkit.Model.Schemas;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Validation;

/// <summary>What of a pod may change, by the resource and by its subresources.</summary>
internal static class PodUpdateValidation
{
    private const string Updatable =
        "`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
        + "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

    private static readonly FieldPath Spec = FieldPath.Root("spec");
    private static readonly FieldPath Status = FieldPath.Root("status");

    /// <summary>Checks a changed pod.</summary>
    public static void Validate(JsonObject obj, JsonObject old, string subresource, List<FieldError> errors)
    {
        switch (subresource)
        {
            case "":
                ValidateSpec(obj, old, errors);
                break;
            case "status":
                ValidateStatus(obj, old, errors);
                break;
            case "ephemeralcontainers":
                ValidateEphemeralContainers(obj, old, errors);
                break;
            case "resize":
                PodResizeValidation.Validate(obj, old, errors);
                break;
        }
    }

    /// <summary>Says how two specs differ, as Kubernetes shows it: by its internal structs.</summary>
    public static string Difference(JsonObject old, JsonObject changed) =>
        UnifiedDiff.Between(GoIndent.Lines(GoStruct.OfPodSpec(old)), GoIndent.Lines(GoStruct.OfPodSpec(changed)));

    private static void ValidateSpec(JsonObject obj, JsonObject old, List<FieldError> errors)
    {
        var (pod, before) = (PodValidation.Read(obj), PodValidation.Read(old));
        PodValidation.ValidateStored(pod, errors);
        if (ContainersChanged(pod.Spec.Containers, before.Spec.Containers, Spec.Child("containers"), errors)) return;
        if (ContainersChanged(pod.Spec.InitContainers ?? [], before.Spec.InitContainers ?? [], Spec.Child("initContainers"), errors)) return;
        if (DeadlineExtended(pod.Spec.ActiveDeadlineSeconds, before.Spec.ActiveDeadlineSeconds, errors)) return;
        if (TolerationsRemoved(obj, old, errors)) return;
        ValidateGates(pod.Spec, before.Spec, errors);
        var (spec, oldSpec) = (obj.EnsureObject("spec"), old.EnsureObject("spec"));
        if (JsonNode.DeepEquals(spec, oldSpec)) return;
        var munged = PutBackWhatMayChange(spec, oldSpec);
        if (JsonNode.DeepEquals(munged, oldSpec)) return;
        errors.Add(FieldError.Forbidden(Spec, $"pod updates may not change fields other than {Updatable}\n{Difference(oldSpec, munged)}"));
    }

    private static bool ContainersChanged(List<Container> containers, List<Container> before, FieldPath path, List<FieldError> errors)
    {
        if (containers.Count != before.Count)
        {
            errors.Add(FieldError.Forbidden(path, "pod updates may not add or remove containers"));
            return true;
        }

        return false;
    }

    /// <summary>A deadline may be set and brought forward, not put off or taken away.</summary>
    private static bool DeadlineExtended(long? deadline, long? before, List<FieldError> errors)
    {
        var path = Spec.Child("activeDeadlineSeconds");
        if (deadline is null && before is null) return false;
        if (deadline is null) errors.Add(FieldError.Invalid(path, null, "must not update from a positive integer to nil value"));
        else if (deadline is < 0 or > int.MaxValue) FieldChecks.Range(deadline.Value, 0, int.MaxValue, path, errors);
        else if (before < deadline) errors.Add(FieldError.Invalid(path, deadline, "must be less than or equal to previous value"));
        else return false;
        return true;
    }

    private static bool TolerationsRemoved(JsonObject obj, JsonObject old, List<FieldError> errors)
    {
        var now = obj.Object("spec").Objects("tolerations").ToList();
        foreach (var before in old.Object("spec").Objects("tolerations"))
        {
            if (now.Any(t => JsonNode.DeepEquals(WithoutSeconds(t), WithoutSeconds(before)))) continue;
            errors.Add(FieldError.Forbidden(Spec.Child("tolerations"), "existing toleration can not be modified except its tolerationSeconds"));
            return true;
        }

        return false;
    }

    private static JsonObject WithoutSeconds(JsonObject toleration)
    {
        var copy = (JsonObject)toleration.DeepClone();
        copy.Remove("tolerationSeconds");
        return copy;
    }

    private static void ValidateGates(PodSpec spec, PodSpec before, List<FieldError> errors)
    {
        var known = (before.SchedulingGates ?? []).Select(g => g.Name).ToHashSet(StringComparer.Ordinal);
        for (var i = 0; i < (spec.SchedulingGates?.Count ?? 0); i++)
        {
            if (!known.Contains(spec.SchedulingGates![i].Name))
                errors.Add(FieldError.Forbidden(Spec.Child("schedulingGates").Index(i), "only deletion is allowed, but found new scheduling gate '" + spec.SchedulingGates[i].Name + "'"));
        }
    }

    /// <summary>The new spec with the old values of everything that may change: what still differs may not.</summary>
    private static JsonObject PutBackWhatMayChange(JsonObject spec, JsonObject old)
    {
        var munged = (JsonObject)spec.DeepClone();
        foreach (var list in (ReadOnlySpan<string>)["containers", "initContainers"])
        {
            foreach (var (container, before) in munged.Objects(list).Zip(old.Objects(list))) Copy(before, container, "image");
        }

        Copy(old, munged, "activeDeadlineSeconds");
        Copy(old, munged, "tolerations");
        Copy(old, munged, "schedulingGates");
        if (old.Number("terminationGracePeriodSeconds") < 0 && spec.Number("terminationGracePeriodSeconds") == 1) Copy(old, munged, "terminationGracePeriodSeconds");
        if (old.Objects("schedulingGates").Any()) Copy(old, munged, "nodeSelector");
        return munged;
    }

    private static void Copy(JsonObject from, JsonObject to, string field)
    {
        if (from[field] is { } value) to[field] = value.DeepClone();
        else to.Remove(field);
    }

    private static void ValidateStatus(JsonObject obj, JsonObject old, List<FieldError> errors)
    {
        if (obj.Object("status").Text("qosClass") is { Length: > 0 } qos && old.Object("status").Text("qosClass") is { Length: > 0 } before && qos != before)
            errors.Add(FieldError.Invalid(Status.Child("qosClass"), qos, "field is immutable"));
        if (obj.Object("status").Text("nominatedNodeName") is { Length: > 0 } nominated) FieldChecks.DnsSubdomain(nominated, Status.Child("nominatedNodeName"), errors);
        var types = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (condition, i) in obj.Object("status").Objects("conditions").Select((c, i) => (c, i)))
        {
            if (!types.Add(condition.Text("type"))) errors.Add(FieldError.Duplicate(Status.Child("conditions").Index(i).Child("type"), condition.Text("type")));
        }
    }

    private static void ValidateEphemeralContainers(JsonObject obj, JsonObject old, List<FieldError> errors)
    {
        PodValidation.ValidateStored(PodValidation.Read(obj), errors);
        var path = Spec.Child("ephemeralContainers");
        var now = obj.Object("spec").Objects("ephemeralContainers").ToLookup(c => c.Text("name"), StringComparer.Ordinal);
        foreach (var before in old.Object("spec").Objects("ephemeralContainers"))
        {
            var name = before.Text("name");
            if (now[name].FirstOrDefault() is not { } after) errors.Add(FieldError.Forbidden(path, $"existing ephemeral containers \"{name}\" may not be removed\n"));
            else if (!JsonNode.DeepEquals(after, before)) errors.Add(FieldError.Forbidden(path, $"existing ephemeral containers \"{name}\" may not be changed\n{Difference(before, after, "EphemeralContainer")}"));
        }
    }

    private static string Difference(JsonObject old, JsonObject changed, string type)
    {
        var schema = SchemaRegistry.Find("io.k8s.api.core.v1." + type)!;
        return UnifiedDiff.Between(GoIndent.Lines(GoStruct.Of(old, schema)), GoIndent.Lines(GoStruct.Of(changed, schema)));
    }
}
