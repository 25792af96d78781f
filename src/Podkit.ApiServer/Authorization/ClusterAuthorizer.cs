using Podkit.ApiServer.Authentication;
using Podkit.ApiServer.Authorization.Rbac;
using Podkit.ApiServer.Storage;

namespace Podkit.ApiServer.Authorization;

/// <summary>Who may do what in the cluster: <c>system:masters</c> everything, nodes what nodes need, everyone what RBAC allows.</summary>
internal sealed class ClusterAuthorizer(IObjectReader objects) : IAuthorizer, IRuleResolver
{
    private readonly NodeAuthorizer nodes = new(objects);
    private readonly RbacAuthorizer rbac = new(objects);

    /// <inheritdoc/>
    public AuthorizationDecision Authorize(UserInfo user, AuthorizationAttributes attributes)
    {
        if (user.Groups.Contains(UserInfo.Masters)) return new AuthorizationDecision(true, "");
        var ofNode = nodes.Authorize(user, attributes);
        if (ofNode.Allowed) return ofNode;
        var ofRbac = rbac.Authorize(user, attributes);
        return ofRbac.Allowed || ofNode.Reason is not { Length: > 0 } ? ofRbac : new AuthorizationDecision(false, Join(ofNode.Reason, ofRbac.Reason));
    }

    /// <inheritdoc/>
    public UserRules RulesFor(UserInfo user, string ns)
    {
        var rules = rbac.RulesFor(user, ns);
        return NodeAuthorizer.NodeName(user) is null
            ? rules
            : rules with { Errors = ["node authorizer does not support user rule resolution", .. rules.Errors], Incomplete = true };
    }

    private static string Join(string first, string second) => second.Length == 0 ? first : $"{first}\n{second}";
}
