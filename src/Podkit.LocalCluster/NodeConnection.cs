using Podkit.ApiServer;
using Podkit.Node;

namespace Podkit.LocalCluster;

/// <summary>What a kubelet offers to the API server, from the node of the same process.</summary>
internal sealed class NodeConnection : IKubeletConnection
{
    private volatile NodeAgent? node;

    /// <summary>The node, once it runs: the server is there first.</summary>
    public NodeAgent? Node
    {
        get => node;
        set => node = value;
    }

    public Task<Stream> OpenLogAsync(PodReference pod, PodLogOptions options, CancellationToken cancellationToken)
    {
        if (node is not { } running) throw new KubeletException(503, $"node {pod.NodeName} is not running");
        try
        {
            return Task.FromResult(running.OpenLog(pod.Namespace, pod.Name, options.Container, new ContainerLogOptions
            {
                Follow = options.Follow,
                Previous = options.Previous,
                Timestamps = options.Timestamps,
                TailLines = options.TailLines,
                LimitBytes = options.LimitBytes,
                SinceTime = options.Since,
            }));
        }
        catch (ContainerLogException e)
        {
            throw new KubeletException(e.IsNotFound ? 404 : 400, e.Message);
        }
    }

    public Task<IPodSession> OpenSessionAsync(PodReference pod, PodExecOptions options, CancellationToken cancellationToken) =>
        Task.FromResult<IPodSession>(new NodeSession(Find(pod, options.Container), options));

    public async Task<Stream> OpenPortAsync(PodReference pod, int port, CancellationToken cancellationToken)
    {
        if (node is not { } running) throw new KubeletException(503, $"node {pod.NodeName} is not running");
        try
        {
            return await running.ConnectAsync(pod.Namespace, pod.Name, port, pod.Uid, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is InvalidOperationException or IOException)
        {
            throw new KubeletException(500, e.Message);
        }
    }

    private ContainerConnection Find(PodReference pod, string container)
    {
        if (node is not { } running) throw new KubeletException(503, $"node {pod.NodeName} is not running");
        return running.FindContainer(pod.Namespace, pod.Name, container, pod.Uid) ?? throw new KubeletException(500, $"container not found (\"{container}\")");
    }
}
