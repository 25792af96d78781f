using Podkit.Node.Interop;
using Podkit.Node.Runtime.ControlGroups;

namespace Podkit.Node.Runtime.Plain;

/// <summary>A container that is ordinary processes.</summary>
internal sealed class PlainProcess : ContainerProcess
{
    private const int MostRounds = 1000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    private readonly PlainCommand _command;
    private readonly string _mark;
    private readonly long? _user;
    private readonly Watchdog _watchdog;

    public PlainProcess(ChildProcess child, ContainerStreams streams, ContainerFiles files, ControlGroup? group, PlainCommand command, string mark, long? user, Watchdog watchdog)
        : base(child, streams, files, group)
    {
        _command = command;
        _mark = mark;
        _user = user;
        _watchdog = watchdog;
        Completion = CompleteAsync();
    }

    public override int Pid => Child.Pid;

    public override Task<ProcessExit> Completion { get; }

    public override Task SignalAsync(int signal)
    {
        Child.Signal(signal);
        return Task.CompletedTask;
    }

    public override async Task KillAsync()
    {
        Child.Signal(Signals.Kill, group: true);
        await Completion.ConfigureAwait(false);
    }

    public override async Task<int> ExecAsync(ContainerExec exec, CancellationToken cancellationToken)
    {
        if (Completion.IsCompleted) throw new InvalidOperationException("the container has ended");
        var request = _command.Request(exec.Command);
        return await ExecRun.RunAsync(request, exec, _user, Completion, cancellationToken).ConfigureAwait(false);
    }

    protected override ValueTask ReleaseAsync() => ValueTask.CompletedTask;

    /// <summary>A container ends with its main process: what that leaves is killed.</summary>
    private async Task<ProcessExit> CompleteAsync()
    {
        var exit = await Child.Exit.ConfigureAwait(false);
        var described = Describe(exit);
        await KillRestAsync().ConfigureAwait(false);
        await _watchdog.RemoveAsync(Child.Pid).ConfigureAwait(false);
        return described;
    }

    private async Task KillRestAsync()
    {
        for (var round = 0; round < MostRounds; round++)
        {
            var rest = Rest();
            if (rest.Count == 0) return;
            var handles = rest.ConvertAll(ProcessFile.Open);

            // Looked at once more with the handles open: an id that another process has got meanwhile is not among them.
            var still = Rest().ToHashSet();
            foreach (var handle in handles)
            {
                if (still.Contains(handle.Pid)) handle.Signal(Signals.Kill);
                handle.Dispose();
            }

            await Task.Delay(Pause).ConfigureAwait(false);
        }
    }

    private List<int> Rest() => [.. ProcessTable.Of(Child.Pid, _mark).Concat(Group?.Processes() ?? []).Distinct()];
}
