using System.Globalization;
using Podkit.Model.Core.V1;

namespace Podkit.Node.Scheduling;

/// <summary>A pod's node selector and required node affinity.</summary>
internal static class NodeAffinityRules
{
    public static bool Match(PodSpec spec, Model.Core.V1.Node node)
    {
        var labels = node.Metadata.Labels ?? [];
        if (spec.NodeSelector?.All(wanted => labels.TryGetValue(wanted.Key, out var value) && value == wanted.Value) is false) return false;
        var required = spec.Affinity?.NodeAffinity?.RequiredDuringSchedulingIgnoredDuringExecution;
        return required is null || required.NodeSelectorTerms.Exists(term => Match(term, node, labels));
    }

    private static bool Match(NodeSelectorTerm term, Model.Core.V1.Node node, Dictionary<string, string> labels)
    {
        if (term.MatchExpressions is not { Count: > 0 } && term.MatchFields is not { Count: > 0 }) return false;
        return (term.MatchExpressions ?? []).TrueForAll(r => Match(r, labels.GetValueOrDefault(r.Key)))
            && (term.MatchFields ?? []).TrueForAll(r => Match(r, r.Key == "metadata.name" ? node.Metadata.Name : null));
    }

    private static bool Match(NodeSelectorRequirement requirement, string? value) => requirement.Operator switch
    {
        "In" => value is not null && requirement.Values?.Contains(value) is true,
        "NotIn" => value is null || requirement.Values?.Contains(value) is not true,
        "Exists" => value is not null,
        "DoesNotExist" => value is null,
        "Gt" => Compare(value, requirement) > 0,
        "Lt" => Compare(value, requirement) < 0,
        _ => false,
    };

    /// <summary>0 when one of them is no number, so that neither order holds.</summary>
    private static int Compare(string? value, NodeSelectorRequirement requirement) =>
        long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var left)
        && long.TryParse(requirement.Values?.FirstOrDefault(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var right)
            ? left.CompareTo(right)
            : 0;
}
