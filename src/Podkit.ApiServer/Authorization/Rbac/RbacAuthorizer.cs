using Podkit.ApiServer.Authentication;
using Podkit.ApiServer.Storage;
using Podkit.Model.Rbac.V1;

namespace Podkit.ApiServer.Authorization.Rbac;

/// <summary>Role-based access control: a request is allowed when a role bound to its sender has a rule that allows it.</summary>
internal sealed class RbacAuthorizer(IObjectReader objects) : IAuthorizer, IRuleResolver
{
    private readonly BindingIndex bindings = new(objects);

    /// <inheritdoc/>
    public AuthorizationDecision Authorize(UserInfo user, AuthorizationAttributes attributes)
    {
        List<string>? errors = null;
        var reason = Ask(bindings.Cluster, user, attributes, ref errors);
        if (reason is null && attributes.Namespace.Length > 0) reason = Ask(bindings.Namespace(attributes.Namespace), user, attributes, ref errors);
        if (reason is not null) return new AuthorizationDecision(true, reason);
        return new AuthorizationDecision(false, errors is null ? "" : $"RBAC: {Aggregate(errors)}");
    }

    /// <inheritdoc/>
    public UserRules RulesFor(UserInfo user, string ns)
    {
        var rules = new List<PolicyRule>();
        var errors = new List<string>();
        foreach (var grant in GrantsOf(bindings.Cluster, user).Concat(ns.Length > 0 ? GrantsOf(bindings.Namespace(ns), user) : []))
        {
            if (grant.Rules(objects) is { } found) rules.AddRange(found);
            else errors.Add(grant.MissingRole);
        }

        return new UserRules(rules, errors);
    }

    /// <summary>Several sentences as one: <c>[a, b]</c>, each once.</summary>
    internal static string Aggregate(IEnumerable<string> errors)
    {
        var distinct = errors.Distinct().ToList();
        return distinct.Count == 1 ? distinct[0] : $"[{string.Join(", ", distinct)}]";
    }

    private static IEnumerable<Grant> GrantsOf(SubjectIndex? index, UserInfo user) =>
        index is null ? [] : (index.OfUser(user.Name) ?? []).Concat(user.Groups.Distinct().SelectMany(g => index.OfGroup(g) ?? []));

    private string? Ask(SubjectIndex? index, UserInfo user, AuthorizationAttributes attributes, ref List<string>? errors)
    {
        if (index is null) return null;
        if (Ask(index.OfUser(user.Name), attributes, ref errors) is { } reason) return reason;
        for (var i = 0; i < user.Groups.Count; i++)
        {
            if (Ask(index.OfGroup(user.Groups[i]), attributes, ref errors) is { } ofGroup) return ofGroup;
        }

        return null;
    }

    private string? Ask(List<Grant>? grants, AuthorizationAttributes attributes, ref List<string>? errors)
    {
        if (grants is null) return null;
        foreach (var grant in grants)
        {
            var rules = grant.Rules(objects);
            if (rules is null) (errors ??= []).Add(grant.MissingRole);
            else if (PolicyRules.Allow(rules, attributes)) return grant.Reason;
        }

        return null;
    }
}
