namespace Podkit.Metadata;

/// <summary>The values of a pod in Kubernetes' words, as <c>fieldRef</c> and <c>resourceFieldRef</c> name them.</summary>
public static class PodFields
{
    /// <summary>The pod's name.</summary>
    public const string Name = "metadata.name";

    /// <summary>The pod's namespace.</summary>
    public const string Namespace = "metadata.namespace";

    /// <summary>The pod's UID.</summary>
    public const string Uid = "metadata.uid";

    /// <summary>All labels; <c>metadata.labels['KEY']</c> is one.</summary>
    public const string Labels = "metadata.labels";

    /// <summary>All annotations; <c>metadata.annotations['KEY']</c> is one.</summary>
    public const string Annotations = "metadata.annotations";

    /// <summary>What controls the pod. Kubernetes offers it through the API server only.</summary>
    public const string Owner = "metadata.ownerReferences";

    /// <summary>The node.</summary>
    public const string NodeName = "spec.nodeName";

    /// <summary>The service account.</summary>
    public const string ServiceAccountName = "spec.serviceAccountName";

    /// <summary>The name of the app's container. Kubernetes offers it nowhere; it is set by hand.</summary>
    public const string ContainerName = "spec.containers.name";

    /// <summary>The pod's addresses. <c>status.podIP</c>, the first of them, is accepted in its place.</summary>
    public const string PodIPs = "status.podIPs";

    /// <summary>The node's addresses. <c>status.hostIP</c>, the first of them, is accepted in its place.</summary>
    public const string HostIPs = "status.hostIPs";

    /// <summary>The container's CPU limit.</summary>
    public const string CpuLimit = "limits.cpu";

    /// <summary>The container's CPU request.</summary>
    public const string CpuRequest = "requests.cpu";

    /// <summary>The container's memory limit.</summary>
    public const string MemoryLimit = "limits.memory";

    /// <summary>The container's memory request.</summary>
    public const string MemoryRequest = "requests.memory";

    /// <summary>The container's limit of ephemeral storage.</summary>
    public const string EphemeralStorageLimit = "limits.ephemeral-storage";

    /// <summary>The container's request of ephemeral storage.</summary>
    public const string EphemeralStorageRequest = "requests.ephemeral-storage";
}
