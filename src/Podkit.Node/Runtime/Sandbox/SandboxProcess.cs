using Podkit.Node.Interop;
using Podkit.Node.Runtime.ControlGroups;

namespace Podkit.Node.Runtime.Sandbox;

/// <summary>A container in a sandbox.</summary>
internal sealed class SandboxProcess : ContainerProcess
{
    private const int StartErrorCode = 128;

    private readonly ProcessFile? _main;
    private readonly ProcessFile _first;
    private readonly SandboxStatus _status;
    private readonly SandboxEntry _entry;
    private readonly string _program;

    public SandboxProcess(
        ChildProcess bubblewrap,
        ProcessFile first,
        ProcessFile? main,
        ContainerStreams streams,
        SandboxStatus status,
        SandboxEntry entry,
        ContainerFiles files,
        ControlGroup? group)
        : base(bubblewrap, streams, files, group)
    {
        _first = first;
        _main = main;
        _status = status;
        _entry = entry;
        _program = entry.Program;
        Completion = CompleteAsync();
    }

    public override int Pid => _main?.Pid ?? _first.Pid;

    public override Task<ProcessExit> Completion { get; }

    public override Task SignalAsync(int signal)
    {
        _main?.Signal(signal);
        return Task.CompletedTask;
    }

    public override async Task KillAsync()
    {
        // With the sandbox's first process the kernel ends everything in the sandbox.
        _main?.Signal(Signals.Kill);
        _first.Signal(Signals.Kill);
        Child.Signal(Signals.Kill);
        await Completion.ConfigureAwait(false);
        await _first.WhenGoneAsync().ConfigureAwait(false);
    }

    public override Task<int> ExecAsync(ContainerExec exec, CancellationToken cancellationToken)
    {
        if (Completion.IsCompleted) throw new InvalidOperationException("the container has ended");
        return _entry.ExecAsync(exec, Completion, cancellationToken);
    }

    protected override ValueTask ReleaseAsync()
    {
        _main?.Dispose();
        _first.Dispose();
        _status.Dispose();
        _entry.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<ProcessExit> CompleteAsync()
    {
        var exit = await Child.Exit.ConfigureAwait(false);
        if (exit.Signal is not null || await _status.ReadExecutedAsync().ConfigureAwait(false)) return Describe(exit);
        return new ProcessExit(StartErrorCode, "StartError", $"exec: \"{_program}\": cannot be executed: see the container's log", exit.At);
    }
}
