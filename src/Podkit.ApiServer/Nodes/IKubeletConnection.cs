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

    /// <summary>Runs a command in a container, or attaches to it, over the streams given. Ends with the command's exit code.</summary>
    /// <exception cref="KubeletException">The node does not offer this, or there is no such container.</exception>
    Task<int> ExecuteAsync(PodReference pod, PodExecOptions options, Stream standardInput, Stream standardOutput, Stream standardError, CancellationToken cancellationToken) =>
        throw new KubeletException(501, "this node does not offer exec");

    /// <summary>Connects to a port of the pod.</summary>
    /// <exception cref="KubeletException">The node does not offer this, or nothing listens.</exception>
    Task<Stream> OpenPortAsync(PodReference pod, int port, CancellationToken cancellationToken) =>
        throw new KubeletException(501, "this node does not offer port-forward");
}
