using Podkit.ApiServer;
using Podkit.Client;
using Podkit.Node;

namespace Podkit.LocalCluster;

/// <summary>A Kubernetes cluster of one node in this process. Disposing it stops its pods within their grace, and leaves nothing behind.</summary>
public sealed class LocalCluster : IAsyncDisposable
{
    /// <summary>The group whose members may bind pods to themselves and leave again: a local node is its own scheduler.</summary>
    private const string LocalNodes = "podkit:local-nodes";

    private readonly KubernetesClient nodeClient;
    private int disposed;

    private LocalCluster(KubernetesApiServer server, KubernetesClient client, KubernetesClient nodeClient, NodeAgent node)
    {
        Server = server;
        Client = client;
        this.nodeClient = nodeClient;
        Node = node;
    }

    /// <summary>The API server.</summary>
    public KubernetesApiServer Server { get; }

    /// <summary>The node.</summary>
    public NodeAgent Node { get; }

    /// <summary>A client that may do anything.</summary>
    public KubernetesClient Client { get; }

    /// <summary>A kubeconfig for kubectl with the rights of the group system:masters. It is secret.</summary>
    public string AdminKubeconfig => Server.AdminKubeconfig;

    /// <summary>Starts a cluster; it takes pods when the task has completed.</summary>
    /// <param name="options">How it is set up.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="IOException">A port is taken.</exception>
    /// <exception cref="InvalidOperationException">The runtime that was asked for cannot be had.</exception>
    public static async Task<LocalCluster> StartAsync(LocalClusterOptions options, CancellationToken cancellationToken = default)
    {
        var cluster = await StartServerAsync(options, cancellationToken).ConfigureAwait(false);
        try
        {
            await cluster.Node.StartAsync(cancellationToken).ConfigureAwait(false);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static async Task<LocalCluster> StartServerAsync(LocalClusterOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var connection = new NodeConnection();
        var server = await KubernetesApiServer.StartAsync(options.Server with { Kubelet = connection }, cancellationToken).ConfigureAwait(false);
        KubernetesClient? client = null, nodeClient = null;
        NodeAgent node;
        try
        {
            client = new KubernetesClient(Kubeconfig.Read(server.AdminKubeconfig));
            nodeClient = new KubernetesClient(Kubeconfig.Read(server.CreateKubeconfig($"system:node:{options.Node.NodeName}", "system:nodes", LocalNodes)));
            node = new NodeAgent(nodeClient, options.Node, options.Server.LoggerFactory, options.Server.Time);
            connection.Node = node;
            return new LocalCluster(server, client, nodeClient, node);
        }
        catch
        {
            nodeClient?.Dispose();
            client?.Dispose();
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0) return;
        await Node.DisposeAsync().ConfigureAwait(false);
        nodeClient.Dispose();
        Client.Dispose();
        await Server.DisposeAsync().ConfigureAwait(false);
    }
}
