using Podkit.Node.Interop;
using Podkit.Node.Runtime.ControlGroups;

namespace Podkit.Node.Runtime;

/// <summary>What the containers of every runtime have in common.</summary>
internal abstract class ContainerProcess : IContainerProcess
{
    private readonly ContainerStreams _streams;
    private readonly ContainerFiles _files;
    private readonly SemaphoreSlim _disposing = new(1, 1);
    private bool _disposed;

    protected ContainerProcess(ChildProcess child, ContainerStreams streams, ContainerFiles files, ControlGroup? group)
    {
        Child = child;
        _streams = streams;
        _files = files;
        Group = group;
    }

    /// <summary>Raised once it has been disposed of.</summary>
    public event Action? Disposed;

    public abstract int Pid { get; }

    public DateTimeOffset StartedAt => Child.StartedAt;

    public Stream? StandardInput => _streams.Input;

    public Stream StandardOutput => _streams.Output;

    public Stream StandardError => _streams.Error;

    public abstract Task<ProcessExit> Completion { get; }

    /// <summary>The process that this one started.</summary>
    protected ChildProcess Child { get; }

    /// <summary>The container's control group, or null.</summary>
    protected ControlGroup? Group { get; }

    public void Resize(TerminalSize size) => _streams.Resize(size);

    public abstract Task SignalAsync(int signal);

    public abstract Task KillAsync();

    public abstract Task<int> ExecAsync(ContainerExec exec, CancellationToken cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _disposing.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_disposed) return;
            _disposed = true;
            await KillAsync().ConfigureAwait(false);
            await Completion.ConfigureAwait(false);
            await ReleaseAsync().ConfigureAwait(false);
            _streams.Dispose();
            _files.Dispose();
            if (Group is not null) await Group.DisposeAsync().ConfigureAwait(false);
            Disposed?.Invoke();
        }
        finally
        {
            _disposing.Release();
        }
    }

    /// <summary>Gives back what the runtime holds beyond the common.</summary>
    protected abstract ValueTask ReleaseAsync();

    /// <summary>Kubernetes' words for an end.</summary>
    protected ProcessExit Describe(ChildExit exit)
    {
        var outOfMemory = Group?.WasKilledForMemory() == true && exit.Code != 0;
        return new ProcessExit(exit.Code, outOfMemory ? "OOMKilled" : exit.Code == 0 ? "Completed" : "Error", null, exit.At);
    }
}
