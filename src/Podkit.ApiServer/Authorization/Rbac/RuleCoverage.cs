using Podkit.ApiServer.Authentication;
using Podkit.Model.Rbac.V1;

namespace Podkit.ApiServer.Authorization.Rbac;

/// <summary>Whether someone's rules cover others: no one may grant what he does not have (pkg/registry/rbac/validation in Kubernetes).</summary>
internal static class RuleCoverage
{
    private const string All = "*";

    /// <summary>What of <paramref name="granted"/> is not covered, in its smallest parts; empty when all is.</summary>
    public static List<PolicyRule> Missing(IReadOnlyList<PolicyRule> held, IEnumerable<PolicyRule> granted) =>
        [.. granted.SelectMany(Parts).Where(part => !held.Any(rule => Covers(rule, part)))];

    /// <summary>The rules as Kubernetes' refusal lists them: put together again where they differ by verb alone, sorted, one a line.</summary>
    public static string Describe(IEnumerable<PolicyRule> rules) =>
        string.Join('\n', Compact(rules).Select(Describe).Distinct().Order(StringComparer.Ordinal));

    /// <summary>One rule: <c>{APIGroups:[""], Resources:["pods"], Verbs:["get"]}</c>.</summary>
    public static string Describe(PolicyRule rule)
    {
        var parts = new List<string>();
        Add("APIGroups", rule.ApiGroups);
        Add("Resources", rule.Resources);
        Add("NonResourceURLs", rule.NonResourceURLs);
        Add("ResourceNames", rule.ResourceNames);
        Add("Verbs", rule.Verbs);
        return $"{{{string.Join(", ", parts)}}}";

        void Add(string name, List<string>? values)
        {
            if (values is { Count: > 0 }) parts.Add($"{name}:{GoStrings.Quote(values)}");
        }
    }

    /// <summary>The rule as one rule for each group, resource, verb and name: each is covered whole by one rule or not at all.</summary>
    private static IEnumerable<PolicyRule> Parts(PolicyRule rule)
    {
        foreach (var group in rule.ApiGroups ?? [])
        {
            foreach (var resource in rule.Resources ?? [])
            {
                foreach (var verb in rule.Verbs)
                {
                    if (rule.ResourceNames is not { Count: > 0 }) yield return Part(group, resource, verb, null);
                    foreach (var name in rule.ResourceNames ?? []) yield return Part(group, resource, verb, [name]);
                }
            }
        }

        foreach (var path in rule.NonResourceURLs ?? [])
        {
            foreach (var verb in rule.Verbs) yield return new PolicyRule { NonResourceURLs = [path], Verbs = [verb] };
        }
    }

    private static PolicyRule Part(string group, string resource, string verb, List<string>? names) =>
        new() { ApiGroups = [group], Resources = [resource], Verbs = [verb], ResourceNames = names };

    private static bool Covers(PolicyRule held, PolicyRule part)
    {
        if (!HasAll(held.Verbs, part.Verbs)) return false;
        if (part.NonResourceURLs is { Count: > 0 } paths) return paths.All(path => held.NonResourceURLs?.Any(pattern => PolicyRules.PathCovers(pattern, path)) == true);
        return HasAll(held.ApiGroups, part.ApiGroups!) && part.Resources!.All(r => CoversResource(held.Resources, r)) && CoversNames(held.ResourceNames, part.ResourceNames);
    }

    private static bool HasAll(List<string>? held, List<string> wanted) => held is not null && (held.Contains(All) || wanted.All(held.Contains));

    private static bool CoversResource(List<string>? held, string resource)
    {
        if (held is null) return false;
        if (held.Contains(All) || held.Contains(resource)) return true;
        var slash = resource.IndexOf('/', StringComparison.Ordinal);
        return slash >= 0 && held.Contains(All + resource[slash..]);
    }

    private static bool CoversNames(List<string>? held, List<string>? wanted) =>
        held is not { Count: > 0 } || (wanted is { Count: > 0 } && wanted.All(held.Contains));

    private static List<PolicyRule> Compact(IEnumerable<PolicyRule> parts)
    {
        var compact = new List<PolicyRule>();
        var byResource = new Dictionary<(string Group, string Resource, string? Name), PolicyRule>();
        foreach (var part in parts)
        {
            if (part.ApiGroups is not [var group] || part.Resources is not [var resource])
            {
                compact.Add(part);
            }
            else if (byResource.TryGetValue((group, resource, part.ResourceNames?[0]), out var known))
            {
                known.Verbs.AddRange(part.Verbs.Where(v => !known.Verbs.Contains(v)));
            }
            else
            {
                var copy = Part(group, resource, part.Verbs[0], part.ResourceNames);
                byResource.Add((group, resource, part.ResourceNames?[0]), copy);
                compact.Add(copy);
            }
        }

        return compact;
    }
}
