namespace Podkit.Client;

/// <summary>Where a client's configuration comes from.</summary>
public enum KubernetesClientSource
{
    /// <summary>A kubeconfig when <c>KUBECONFIG</c> is set, else the pod's own, else <c>~/.kube/config</c>: <see cref="KubernetesClientConfiguration.Auto"/>.</summary>
    Auto,

    /// <summary>What Kubernetes mounts into every pod: <see cref="KubernetesClientConfiguration.InCluster"/>.</summary>
    InCluster,

    /// <summary>A kubeconfig: <see cref="KubernetesClientConfiguration.FromKubeConfig"/>.</summary>
    KubeConfig,

    /// <summary>The address and files that the settings themselves name.</summary>
    Explicit,
}
