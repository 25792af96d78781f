using System.Text.Json;
using Podkit.Model;
using Podkit.Model.Core.V1;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Validation;

/// <summary>The rules of tolerations and of spreading over a topology.</summary>
internal static class SchedulingValidation
{
    private static readonly string[] Effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

    public static void ValidateTolerations(List<Toleration>? tolerations, FieldPath path, List<FieldError> errors)
    {
        for (var i = 0; i < (tolerations?.Count ?? 0); i++) ValidateToleration(tolerations![i], path.Index(i), errors);
    }

    public static void ValidateSpreading(List<TopologySpreadConstraint>? constraints, FieldPath path, List<FieldError> errors)
    {
        var pairs = new HashSet<(string, string)>();
        for (var i = 0; i < (constraints?.Count ?? 0); i++)
        {
            var (constraint, place) = (constraints![i], path.Index(i));
            if (constraint.MaxSkew <= 0) errors.Add(FieldError.Invalid(place.Child("maxSkew"), constraint.MaxSkew, "must be greater than zero"));
            if (constraint.TopologyKey.Length == 0) errors.Add(FieldError.Required(place.Child("topologyKey"), "can not be empty"));
            else FieldChecks.QualifiedName(constraint.TopologyKey, place.Child("topologyKey"), errors);
            if (constraint.WhenUnsatisfiable is not ("DoNotSchedule" or "ScheduleAnyway"))
                errors.Add(FieldError.NotSupportedInOrder(place.Child("whenUnsatisfiable"), constraint.WhenUnsatisfiable, ["DoNotSchedule", "ScheduleAnyway"]));
            if (!pairs.Add((constraint.TopologyKey, constraint.WhenUnsatisfiable)))
                errors.Add(FieldError.Duplicate(place.Child("{topologyKey, whenUnsatisfiable}"), $"{{{constraint.TopologyKey}, {constraint.WhenUnsatisfiable}}}"));
            if (constraint.MinDomains is { } domains and <= 0) errors.Add(FieldError.Invalid(place.Child("minDomains"), domains, "must be greater than zero"));
            FieldChecks.OneOf(constraint.NodeAffinityPolicy, place.Child("nodeAffinityPolicy"), errors, optional: true, "Honor", "Ignore");
            FieldChecks.OneOf(constraint.NodeTaintsPolicy, place.Child("nodeTaintsPolicy"), errors, optional: true, "Honor", "Ignore");
            SelectorValidation.Validate(constraint.LabelSelector, place.Child("labelSelector"), errors);
        }
    }

    private static void ValidateToleration(Toleration toleration, FieldPath path, List<FieldError> errors)
    {
        if (toleration.Key is { Length: > 0 } key) FieldChecks.QualifiedName(key, path.Child("key"), errors);
        else if (toleration.Operator != "Exists")
            errors.Add(FieldError.Invalid(path.Child("operator"), toleration.Operator ?? "", "operator must be Exists when `key` is empty, which means \"match all values and all keys\""));
        if (toleration.TolerationSeconds is not null && toleration.Effect != "NoExecute")
            errors.Add(FieldError.Invalid(path.Child("effect"), toleration.Effect ?? "", "effect must be 'NoExecute' when `tolerationSeconds` is set"));
        switch (toleration.Operator)
        {
            case null or "" or "Equal":
                var problems = Names.IsLabelValue(toleration.Value ?? "");
                if (problems.Count > 0) errors.Add(FieldError.Invalid(path.Child("operator"), toleration.Value, string.Join(';', problems)));
                break;
            case "Exists":
                if (!string.IsNullOrEmpty(toleration.Value))
                    errors.Add(FieldError.Invalid(path.Child("operator"), JsonSerializer.SerializeToNode(toleration, KubernetesJson.Default.CoreV1Toleration), "value must be empty when `operator` is 'Exists'"));
                break;
            default:
                errors.Add(FieldError.NotSupportedInOrder(path.Child("operator"), toleration.Operator, ["Equal", "Exists"]));
                break;
        }

        FieldChecks.OneOf(toleration.Effect, path.Child("effect"), errors, optional: true, Effects);
    }
}
