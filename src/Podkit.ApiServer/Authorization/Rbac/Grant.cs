using Podkit.ApiServer.Authentication;
using Podkit.ApiServer.Storage;
using Podkit.Model.Rbac.V1;

namespace Podkit.ApiServer.Authorization.Rbac;

/// <summary>A binding of a role to one subject.</summary>
internal sealed class Grant(string ns, string binding, RoleRef role, Subject subject)
{
    private string? reason;

    /// <summary>The name of the binding.</summary>
    public string Binding => binding;

    /// <summary>Why a request that the role allows is allowed, in Kubernetes' words.</summary>
    public string Reason => reason ??= $"RBAC: allowed by {DescribeBinding()} of {role.Kind} {GoStrings.Quote(role.Name)} to {subject.Kind} {GoStrings.Quote(DescribeSubject())}";

    /// <summary>The rules of the role as it is now; null when it does not exist.</summary>
    public IReadOnlyList<PolicyRule>? Rules(IObjectReader objects) => role.Kind switch
    {
        "Role" => objects.Find(RbacKinds.Role, ns, role.Name) is { } stored ? RbacReader.Role(stored).Rules : null,
        "ClusterRole" => objects.Find(RbacKinds.ClusterRole, "", role.Name) is { } stored ? RbacReader.Role(stored).Rules : null,
        _ => null,
    };

    /// <summary>What is wrong when the role does not exist.</summary>
    public string MissingRole => $"{role.Kind.ToLowerInvariant()}.{RbacKinds.Group} {GoStrings.Quote(role.Name)} not found";

    private string DescribeBinding() => ns.Length == 0 ? $"ClusterRoleBinding {GoStrings.Quote(binding)}" : $"RoleBinding {GoStrings.Quote($"{binding}/{ns}")}";

    private string DescribeSubject()
    {
        if (subject.Kind != "ServiceAccount") return subject.Name;
        return $"{subject.Name}/{(string.IsNullOrEmpty(subject.Namespace) ? ns : subject.Namespace)}";
    }
}
