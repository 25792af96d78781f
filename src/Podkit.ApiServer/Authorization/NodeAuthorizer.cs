using Podkit.ApiServer.Authentication;
using Podkit.ApiServer.Authorization.Rbac;
using Podkit.ApiServer.Storage;

namespace Podkit.ApiServer.Authorization;

/// <summary>
/// What a node agent may do: the rules of the ClusterRole <c>system:node</c>, and of the objects that stand for a node only
/// those of its own. docs/decisions/node-authorizer.md says what Kubernetes limits beyond that.
/// </summary>
internal sealed class NodeAuthorizer(IObjectReader objects) : IAuthorizer
{
    private const string UserPrefix = "system:node:";
    private const string Role = "system:node";

    /// <inheritdoc/>
    public AuthorizationDecision Authorize(UserInfo user, AuthorizationAttributes attributes)
    {
        if (NodeName(user) is not { } node || objects.Find(RbacKinds.ClusterRole, "", Role) is not { } role) return default;
        if (!IsOwn(attributes, node)) return new AuthorizationDecision(false, $"node {GoStrings.Quote(node)} may only do this to objects of its own name");
        return PolicyRules.Allow(RbacReader.Role(role).Rules, attributes) ? new AuthorizationDecision(true, "") : default;
    }

    /// <summary>The node that the user is the agent of, or null.</summary>
    public static string? NodeName(UserInfo user) =>
        user.Name.Length > UserPrefix.Length && user.Name.StartsWith(UserPrefix, StringComparison.Ordinal) && user.Groups.Contains(UserGroups.Nodes) ? user.Name[UserPrefix.Length..] : null;

    /// <summary>The request names its object, unless it creates one: that name stands in the body.</summary>
    private static bool IsOwn(AuthorizationAttributes attributes, string node)
    {
        if (!IsOfNode(attributes) || attributes.Name == node) return true;
        return attributes.Name.Length == 0 && attributes.Verb is "create" or "list" or "watch";
    }

    private static bool IsOfNode(AuthorizationAttributes attributes) => (attributes.Group, attributes.Resource) switch
    {
        ("", "nodes") => true,
        ("storage.k8s.io", "csinodes") => true,
        ("coordination.k8s.io", "leases") => attributes.Namespace == "kube-node-lease",
        _ => false,
    };
}
