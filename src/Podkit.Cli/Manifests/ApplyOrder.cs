namespace Podkit.Cli.Manifests;

/// <summary>The order in which objects are applied: what others need comes first.</summary>
internal static class ApplyOrder
{
    private static readonly string[] First =
    [
        "Namespace", "CustomResourceDefinition", "PriorityClass", "StorageClass", "RuntimeClass", "LimitRange", "ResourceQuota", "ServiceAccount",
        "Secret", "ConfigMap", "PersistentVolume", "PersistentVolumeClaim", "ClusterRole", "Role", "ClusterRoleBinding", "RoleBinding", "Service", "Node",
    ];

    /// <summary>The same objects: first what others need, then the rest as given, pods last.</summary>
    public static IReadOnlyList<Manifest> Sort(IEnumerable<Manifest> manifests) => [.. manifests.OrderBy(Rank)];

    private static int Rank(Manifest manifest)
    {
        var rank = Array.IndexOf(First, manifest.Kind.Kind);
        return rank >= 0 ? rank : manifest.Kind.Kind == "Pod" ? First.Length + 1 : First.Length;
    }
}
