using Podkit.Model.Meta.V1;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Validation;

/// <summary>The rules of label selectors.</summary>
internal static class SelectorValidation
{
    public static void Validate(LabelSelector? selector, FieldPath path, List<FieldError> errors)
    {
        if (selector is null) return;
        FieldChecks.Labels(selector.MatchLabels, path.Child("matchLabels"), errors);
        for (var i = 0; i < (selector.MatchExpressions?.Count ?? 0); i++) ValidateRequirement(selector.MatchExpressions![i], path.Child("matchExpressions").Index(i), errors);
    }

    private static void ValidateRequirement(LabelSelectorRequirement requirement, FieldPath path, List<FieldError> errors)
    {
        switch (requirement.Operator)
        {
            case "In" or "NotIn":
                if (requirement.Values is not { Count: > 0 }) errors.Add(FieldError.Required(path.Child("values"), "must be specified when `operator` is 'In' or 'NotIn'"));
                break;
            case "Exists" or "DoesNotExist":
                if (requirement.Values is { Count: > 0 }) errors.Add(FieldError.Forbidden(path.Child("values"), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
                break;
            default:
                errors.Add(FieldError.Invalid(path.Child("operator"), requirement.Operator, "not a valid selector operator"));
                break;
        }

        FieldChecks.QualifiedName(requirement.Key, path.Child("key"), errors);
        for (var i = 0; i < (requirement.Values?.Count ?? 0); i++)
            FieldChecks.Names(Model.Names.IsLabelValue(requirement.Values![i]), requirement.Values[i], path.Child("values").Index(i), errors);
    }
}
