using Podkit.ApiServer.Storage;
using Podkit.Model.Rbac.V1;
using Podkit.Model.Selectors;

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
            var role = RbacReader.Role(stored);
            if (role.Aggregated is not { Count: > 0 } selectors) continue;
            var rules = Gather(stored.Name, selectors, clusterRoles);
            if (!AreSame(rules, role.Rules)) outdated.Add((stored, rules));
        }

        return outdated;
    }

    private static List<PolicyRule> Gather(string name, IReadOnlyList<LabelSelector> selectors, IReadOnlyList<StoredObject> clusterRoles)
    {
        var rules = new List<PolicyRule>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var selector in selectors)
        {
            foreach (var other in clusterRoles.Where(r => r.Name != name).OrderBy(r => r.Name, StringComparer.Ordinal))
            {
                if (!selector.Matches(other.Labels)) continue;
                rules.AddRange(RbacReader.Role(other).Rules.Where(r => known.Add(RuleCoverage.Describe(r))));
            }
        }

        return rules;
    }

    private static bool AreSame(IEnumerable<PolicyRule> a, IEnumerable<PolicyRule> b) =>
        a.Select(RuleCoverage.Describe).SequenceEqual(b.Select(RuleCoverage.Describe), StringComparer.Ordinal);
}
