using Podkit.Model;
using Podkit.Model.Core.V1;

namespace Podkit.DownwardApi;

/// <summary>What a node knows beside the pod itself when it resolves a container's environment or renders a volume.</summary>
public sealed class DownwardApiContext
{
    /// <summary>A context that knows nothing: no node, no services, no ConfigMaps, Secrets or tokens.</summary>
    public static DownwardApiContext Empty { get; } = new();

    /// <summary>What the node can give to pods, in place of limits that a container does not set; null when it is not known.</summary>
    public IReadOnlyDictionary<string, Quantity>? NodeAllocatable { get; init; }

    /// <summary>The node's addresses as <see cref="PodAddresses.OfNode"/> orders them; null: those in the pod's status.</summary>
    public IReadOnlyList<string>? HostIPs { get; init; }

    /// <summary>The pod's addresses; null: those in its status, or the host's when it uses the host's network.</summary>
    public IReadOnlyList<string>? PodIPs { get; init; }

    /// <summary>
    /// The pod's annotations as the node sees them; null: the pod's own. A kubelet adds <c>kubernetes.io/config.seen</c> and
    /// <c>kubernetes.io/config.source</c>.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>All services that the node sees, of every namespace.</summary>
    public IEnumerable<Service> Services { get; init; } = [];

    /// <summary>Finds a ConfigMap by namespace and name; null when there is none.</summary>
    public Func<string, string, ConfigMap?> ConfigMap { get; init; } = (_, _) => null;

    /// <summary>Finds a Secret by namespace and name; null when there is none.</summary>
    public Func<string, string, Secret?> Secret { get; init; } = (_, _) => null;

    /// <summary>Gives a token of the pod's service account; null: there is no source of tokens.</summary>
    public ServiceAccountTokenSource? ServiceAccountToken { get; init; }

    /// <summary>
    /// Reads a text file of one of the pod's volumes, by volume name and path, for <c>fileKeyRef</c>; null when there is no such file.
    /// </summary>
    public Func<string, string, string?> VolumeFile { get; init; } = (_, _) => null;
}
