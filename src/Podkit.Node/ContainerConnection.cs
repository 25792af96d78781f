using Podkit.Node.Runtime;

namespace Podkit.Node;

/// <summary>A container that runs, for those who want something of it beside its log. It stays the one that was found: a restarted container is another.</summary>
public sealed class ContainerConnection
{
    private readonly IContainerProcess _process;
    private readonly ContainerAttachments _attachments;

    internal ContainerConnection(IContainerProcess process, ContainerAttachments attachments) => (_process, _attachments) = (process, attachments);

    /// <summary>Runs a command in the container and gives its exit code.</summary>
    /// <param name="exec">The command and its streams.</param>
    /// <param name="cancellationToken">Kills the command with all that it has started.</param>
    /// <exception cref="InvalidOperationException">The container has ended.</exception>
    /// <exception cref="ContainerStartException">The command cannot be executed.</exception>
    public Task<int> ExecAsync(ContainerExec exec, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(exec);
        return _process.ExecAsync(exec, cancellationToken);
    }

    /// <summary>Follows the container's own program from now on, until it has ended, and writes to its input.</summary>
    /// <param name="attach">The streams.</param>
    /// <param name="cancellationToken">Leaves the container, which runs on.</param>
    public Task AttachAsync(ContainerAttach attach, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(attach);
        return _attachments.AttachAsync(attach, cancellationToken);
    }
}
