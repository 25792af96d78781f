using Podkit.ApiServer;
using Podkit.Node;

namespace Podkit.LocalCluster;

/// <summary>How a local cluster is set up.</summary>
public sealed record LocalClusterOptions
{
    /// <summary>The API server. Its <see cref="ApiServerOptions.Kubelet"/> is the cluster's own node. Default: any free port.</summary>
    public ApiServerOptions Server { get; init; } = new();

    /// <summary>The node.</summary>
    public NodeAgentOptions Node { get; init; } = new();
}
