using Podkit.Model.Core.V1;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Validation;

/// <summary>The rules of node, pod and anti-affinity.</summary>
internal static class AffinityValidation
{
    private const string Required = "requiredDuringSchedulingIgnoredDuringExecution";
    private const string Preferred = "preferredDuringSchedulingIgnoredDuringExecution";

    public static void Validate(Affinity affinity, FieldPath path, List<FieldError> errors)
    {
        if (affinity.NodeAffinity is { } node) ValidateNode(node, path.Child("nodeAffinity"), errors);
        if (affinity.PodAffinity is { } pod)
            ValidatePod(pod.RequiredDuringSchedulingIgnoredDuringExecution, pod.PreferredDuringSchedulingIgnoredDuringExecution, path.Child("podAffinity"), errors);
        if (affinity.PodAntiAffinity is { } anti)
            ValidatePod(anti.RequiredDuringSchedulingIgnoredDuringExecution, anti.PreferredDuringSchedulingIgnoredDuringExecution, path.Child("podAntiAffinity"), errors);
    }

    private static void ValidateNode(NodeAffinity affinity, FieldPath path, List<FieldError> errors)
    {
        if (affinity.RequiredDuringSchedulingIgnoredDuringExecution is { } required)
        {
            var terms = path.Child(Required).Child("nodeSelectorTerms");
            if (required.NodeSelectorTerms.Count == 0) errors.Add(FieldError.Required(terms, "must have at least one node selector term"));
            for (var i = 0; i < required.NodeSelectorTerms.Count; i++) ValidateTerm(required.NodeSelectorTerms[i], terms.Index(i), errors);
        }

        for (var i = 0; i < (affinity.PreferredDuringSchedulingIgnoredDuringExecution?.Count ?? 0); i++)
        {
            var (term, place) = (affinity.PreferredDuringSchedulingIgnoredDuringExecution![i], path.Child(Preferred).Index(i));
            ValidateWeight(term.Weight, place, errors);
            ValidateTerm(term.Preference, place.Child("preference"), errors);
        }
    }

    private static void ValidateTerm(NodeSelectorTerm term, FieldPath path, List<FieldError> errors)
    {
        for (var i = 0; i < (term.MatchExpressions?.Count ?? 0); i++) ValidateRequirement(term.MatchExpressions![i], path.Child("matchExpressions").Index(i), errors);
    }

    private static void ValidateRequirement(NodeSelectorRequirement requirement, FieldPath path, List<FieldError> errors)
    {
        var count = requirement.Values?.Count ?? 0;
        switch (requirement.Operator)
        {
            case "In" or "NotIn":
                if (count == 0) errors.Add(FieldError.Required(path.Child("values"), "must be specified when `operator` is 'In' or 'NotIn'"));
                break;
            case "Exists" or "DoesNotExist":
                if (count > 0) errors.Add(FieldError.Forbidden(path.Child("values"), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
                break;
            case "Gt" or "Lt":
                if (count != 1) errors.Add(FieldError.Required(path.Child("values"), "must be specified single value when `operator` is 'Lt' or 'Gt'"));
                break;
            default:
                errors.Add(FieldError.Invalid(path.Child("operator"), requirement.Operator, "not a valid selector operator"));
                break;
        }

        FieldChecks.QualifiedName(requirement.Key, path.Child("key"), errors);
    }

    private static void ValidatePod(List<PodAffinityTerm>? required, List<WeightedPodAffinityTerm>? preferred, FieldPath path, List<FieldError> errors)
    {
        for (var i = 0; i < (required?.Count ?? 0); i++) ValidateTerm(required![i], path.Child(Required).Index(i), errors);
        for (var i = 0; i < (preferred?.Count ?? 0); i++)
        {
            var place = path.Child(Preferred).Index(i);
            ValidateWeight(preferred![i].Weight, place, errors);
            ValidateTerm(preferred[i].PodAffinityTerm, place.Child("podAffinityTerm"), errors);
        }
    }

    private static void ValidateTerm(PodAffinityTerm term, FieldPath path, List<FieldError> errors)
    {
        SelectorValidation.Validate(term.LabelSelector, path.Child("labelSelector"), errors);
        SelectorValidation.Validate(term.NamespaceSelector, path.Child("namespaceSelector"), errors);
        foreach (var ns in term.Namespaces ?? []) FieldChecks.DnsLabel(ns, path.Child("namespace"), errors);
        if (term.TopologyKey.Length == 0) errors.Add(FieldError.Required(path.Child("topologyKey"), "can not be empty"));
        FieldChecks.QualifiedName(term.TopologyKey, path.Child("topologyKey"), errors);
    }

    private static void ValidateWeight(int weight, FieldPath path, List<FieldError> errors)
    {
        if (weight is <= 0 or > 100) errors.Add(FieldError.Invalid(path.Child("weight"), weight, "must be in the range 1-100"));
    }
}
