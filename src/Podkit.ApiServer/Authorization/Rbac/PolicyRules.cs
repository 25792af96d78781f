using Podkit.Model.Rbac.V1;

namespace Podkit.ApiServer.Authorization.Rbac;

/// <summary>Whether a rule allows a request (plugin/pkg/auth/authorizer/rbac in Kubernetes).</summary>
internal static class PolicyRules
{
    private const string All = "*";

    public static bool Allow(IReadOnlyList<PolicyRule>? rules, AuthorizationAttributes attributes)
    {
        if (rules is null) return false;
        for (var i = 0; i < rules.Count; i++)
        {
            if (Allows(rules[i], attributes)) return true;
        }

        return false;
    }

    public static bool Allows(PolicyRule rule, AuthorizationAttributes attributes) => attributes.IsResource
        ? HasOrAll(rule.Verbs, attributes.Verb) && HasOrAll(rule.ApiGroups, attributes.Group) && MatchesResource(rule.Resources, attributes) && MatchesName(rule.ResourceNames, attributes.Name)
        : HasOrAll(rule.Verbs, attributes.Verb) && MatchesPath(rule.NonResourceURLs, attributes.Path);

    /// <summary>Whether a path pattern of a rule covers a path: the same, or all that begins with what stands before its <c>*</c>.</summary>
    public static bool PathCovers(string pattern, string path) =>
        pattern == path || (pattern.EndsWith('*') && path.AsSpan().StartsWith(pattern.AsSpan().TrimEnd('*'), StringComparison.Ordinal));

    private static bool HasOrAll(List<string>? values, string value) => values is not null && (values.Contains(value) || values.Contains(All));

    private static bool MatchesName(List<string>? names, string name) => names is null || names.Count == 0 || names.Contains(name);

    private static bool MatchesResource(List<string>? resources, AuthorizationAttributes attributes)
    {
        if (resources is null) return false;
        foreach (var resource in resources)
        {
            if (resource == All || IsSame(resource, attributes.Resource, attributes.Subresource)) return true;
            if (attributes.Subresource.Length > 0 && IsSame(resource, All, attributes.Subresource)) return true;
        }

        return false;
    }

    /// <summary>Whether the text is <c>resource</c> or <c>resource/subresource</c>, without building that.</summary>
    private static bool IsSame(string text, string resource, string subresource) => subresource.Length == 0
        ? text == resource
        : text is not null
            && text.Length == resource.Length + 1 + subresource.Length
            && text[resource.Length] == '/'
            && text.StartsWith(resource, StringComparison.Ordinal)
            && text.EndsWith(subresource, StringComparison.Ordinal);

    private static bool MatchesPath(List<string>? patterns, string path)
    {
        if (patterns is null) return false;
        foreach (var pattern in patterns)
        {
            if (PathCovers(pattern, path)) return true;
        }

        return false;
    }
}
