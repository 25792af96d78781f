using Podkit.ApiServer.Storage;
using Podkit.Model;
using Podkit.Model.Rbac.V1;

namespace Podkit.ApiServer.Authorization.Rbac;

/// <summary>Cluster roles with an <c>aggregationRule</c> have the rules of all cluster roles that its selectors match.</summary>
internal static class RoleAggregation
{
    /// <summary>The cluster roles whose rules are no longer those that their aggregation rule gathers, with the right ones.</summary>
    public static IReadOnlyList<(StoredObject Role, List<PolicyRule> Rules)> Outdated(IReadOnlyList<StoredObject> clusterRoles)
    {
        var outdated = new List<(StoredObject, List<PolicyRule>)>();
        foreach (var stored in clusterRoles)
        {
            var role = stored.Read(KubernetesJson.Default.RbacV1ClusterRole);
            if (role.AggregationRule?.ClusterRoleSelectors is not { Count: > 0 } selectors) continue;
            var rules = Gather(stored.Name, [.. selectors.Select(Model.Selectors.LabelSelector.FromLabelSelector)], clusterRoles);
            if (!AreSame(rules, role.Rules ?? [])) outdated.Add((stored, rules));
        }

        return outdated;
    }

    private static List<PolicyRule> Gather(string name, List<Model.Selectors.LabelSelector> selectors, IReadOnlyList<StoredObject> clusterRoles)
    {
        var rules = new List<PolicyRule>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var selector in selectors)
        {
            foreach (var other in clusterRoles.Where(r => r.Name != name).OrderBy(r => r.Name, StringComparer.Ordinal))
            {
                var role = other.Read(KubernetesJson.Default.RbacV1ClusterRole);
                if (!selector.Matches(role.Metadata.Labels ?? [])) continue;
                rules.AddRange((role.Rules ?? []).Where(r => known.Add(RuleCoverage.Describe(r))));
            }
        }

        return rules;
    }

    private static bool AreSame(List<PolicyRule> a, List<PolicyRule> b) =>
        a.Select(RuleCoverage.Describe).SequenceEqual(b.Select(RuleCoverage.Describe), StringComparer.Ordinal);
}
