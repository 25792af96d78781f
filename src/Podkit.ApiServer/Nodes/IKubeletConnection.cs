namespace Podkit.ApiServer;

/// <summary>What a kubelet offers to the API server. It is all that the server knows of the node.</summary>
public interface IKubeletConnection
{
    /// <summary>
    /// Opens the log of a container. The stream ends with the log, or, when following, with the container.
    /// The caller disposes it.
    /// </summary>
    /// <param name="pod">The pod.</param>
    /// <param name="options">Which part of which container's log.</param>
    /// <param name="cancellationToken">Ends a stream that follows.</param>
    /// <exception cref="KubeletException">There is no such container or log.</exception>
    Task<Stream> OpenLogAsync(PodReference pod, PodLogOptions options, CancellationToken cancellationToken);

    /// <summary>Finds the container in which a command is to run, or whose program is to be attached to. Nothing happens before the session is run.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="options">What is wanted.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KubeletException">The node does not offer this, or there is no such container that runs.</exception>
    Task<IPodSession> OpenSessionAsync(PodReference pod, PodExecOptions options, CancellationToken cancellationToken) =>
        throw new KubeletException(501, "this node does not offer exec and attach");

    /// <summary>Connects to a port of the pod. The caller disposes the stream; when it is a <see cref="System.Net.Sockets.NetworkStream"/>, one side of it can be closed alone.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="port">The port, 1 to 65535.</param>
    /// <param name="cancellationToken">Gives up connecting.</param>
    /// <exception cref="KubeletException">The node does not offer this, or nothing listens.</exception>
    Task<Stream> OpenPortAsync(PodReference pod, int port, CancellationToken cancellationToken) =>
        throw new KubeletException(501, "this node does not offer port-forward");
}
