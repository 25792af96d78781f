using Podkit.Model;

namespace Podkit.ApiServer.Authorization.Rbac;

/// <summary>The resources of role-based access control.</summary>
internal static class RbacKinds
{
    public const string Group = "rbac.authorization.k8s.io";

    public static readonly ResourceKind Role = ResourceTable.Get(Group, "v1", "roles");
    public static readonly ResourceKind ClusterRole = ResourceTable.Get(Group, "v1", "clusterroles");
    public static readonly ResourceKind RoleBinding = ResourceTable.Get(Group, "v1", "rolebindings");
    public static readonly ResourceKind ClusterRoleBinding = ResourceTable.Get(Group, "v1", "clusterrolebindings");
}
