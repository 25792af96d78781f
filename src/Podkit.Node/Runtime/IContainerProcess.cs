namespace Podkit.Node;

/// <summary>A running container. Disposing it kills what is left of it and removes everything it had outside of the pod's volumes.</summary>
public interface IContainerProcess : IAsyncDisposable
{
    /// <summary>The process id of the container's main process, as this machine numbers it.</summary>
    int Pid { get; }

    /// <summary>When the command began.</summary>
    DateTimeOffset StartedAt { get; }

    /// <summary>
    /// The raw standard output, to be read without pause until its end: a container whose pipe is full waits. It ends once nothing of the
    /// container holds it any longer. Waiting for bytes holds no thread. Owned by this object.
    /// </summary>
    Stream StandardOutput { get; }

    /// <summary>The raw standard error; see <see cref="StandardOutput"/>.</summary>
    Stream StandardError { get; }

    /// <summary>Where the standard input is written, when the container was started with one. Owned by this object; disposing it before tells the container the end.</summary>
    Stream? StandardInput => null;

    /// <summary>Changes the size of the container's terminal; nothing happens when it has none.</summary>
    /// <param name="size">The size.</param>
    void Resize(TerminalSize size)
    {
    }

    /// <summary>How the container ended. Never faults. The streams may still hold bytes when it completes: read them to their end.</summary>
    Task<ProcessExit> Completion { get; }

    /// <summary>Sends a signal to the container's main process. Does nothing when that has ended.</summary>
    /// <param name="signal">The number, such as 15 for SIGTERM.</param>
    Task SignalAsync(int signal);

    /// <summary>Kills everything in the container at once and waits until it is gone.</summary>
    Task KillAsync();

    /// <summary>Runs a command in the container, with its mounts, as its user, and gives the exit code (128 plus the signal if one ended it).</summary>
    /// <exception cref="TimeoutException">It took longer than allowed; it has been killed.</exception>
    /// <exception cref="ContainerStartException">The command cannot be executed.</exception>
    /// <exception cref="InvalidOperationException">The container has ended.</exception>
    Task<int> ExecAsync(ContainerExec exec, CancellationToken cancellationToken);
}
