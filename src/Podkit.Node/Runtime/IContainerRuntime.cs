namespace Podkit.Node;

/// <summary>Starts containers. One instance serves a node; disposing it ends every container that it still runs.</summary>
public interface IContainerRuntime : IAsyncDisposable
{
    /// <summary><c>sandbox</c> or <c>plain</c>.</summary>
    string Name { get; }

    /// <summary>Does ahead of the first container what every container needs, so that the first starts as fast as the others.</summary>
    Task PrepareAsync(CancellationToken cancellationToken);

    /// <summary>Starts a container. When this returns, its mounts are in place and its command is being executed.</summary>
    /// <exception cref="ContainerStartException">It cannot be started: its reason and message are as a kubelet reports them.</exception>
    Task<IContainerProcess> StartAsync(ContainerSpec spec, CancellationToken cancellationToken);
}
