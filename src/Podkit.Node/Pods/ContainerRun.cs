using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Podkit.Model.Core.V1;
using Podkit.Node.Agent;
using Podkit.Node.Events;
using Podkit.Node.Logs;
using Podkit.Node.Runtime;
using Podkit.Node.Status;

namespace Podkit.Node.Pods;

/// <summary>
/// One run of a container, from its preparation to its end: environment, process, output, hooks, probes, termination. It tells the pod's worker what happens and
/// changes nothing of the pod itself.
/// </summary>
internal sealed partial class ContainerRun : IDisposable
{
    private static readonly TimeSpan LeastAfterHook = TimeSpan.FromSeconds(2);

    /// <summary>How long the last output may take to be read, and to be taken by those who watch live.</summary>
    private static readonly TimeSpan LastOutput = TimeSpan.FromSeconds(5);

    private readonly NodeServices _node;
    private readonly ILogger _logger;
    private readonly PodRunScope _scope;
    private readonly Action<PodMessage> _tell;
    private readonly CancellationTokenSource _stopAsked = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly GraceTimer _grace;
    private readonly int _number;
    private bool _hookSkipped;

    /// <param name="node">What the node shares.</param>
    /// <param name="scope">The pod at the time of the start.</param>
    /// <param name="record">The container's record; only its unchanging parts are read here.</param>
    /// <param name="number">The number of the run: how often the container has been restarted.</param>
    /// <param name="tell">Tells the worker.</param>
    public ContainerRun(NodeServices node, PodRunScope scope, ContainerRecord record, int number, Action<PodMessage> tell)
    {
        (_node, _scope, Record, _number, _tell) = (node, scope, record, number, tell);
        (Container, Name, Id) = (record.Spec, record.Name, RandomNumberGenerator.GetHexString(64, lowercase: true));
        (_grace, _logger) = (new(node.Time), node.Logger);
    }

    public ContainerRecord Record { get; }

    /// <summary>The container as it was when the run began.</summary>
    public Container Container { get; }

    public string Name { get; }

    public string Id { get; }

    public string ImageId { get; private set; } = "";

    public DateTimeOffset StartedAt { get; private set; }

    /// <summary>The process and its output, while it runs.</summary>
    public ContainerConnection? Connection { get; private set; }

    /// <summary>Whether it has been asked to end.</summary>
    public bool IsStopping => _stopAsked.IsCancellationRequested;

    /// <summary>Asks the run to end within a time; asking again can only shorten it. Returns at once.</summary>
    public void Stop(TimeSpan grace)
    {
        if (grace <= TimeSpan.Zero) _hookSkipped = true;
        _grace.Limit(grace);
        _stopAsked.Cancel();
    }

    /// <summary>Runs the container to its end. Never faults: the worker is told of every end.</summary>
    public async Task RunAsync()
    {
        var began = _node.Time.GetUtcNow();
        try
        {
            await StartAndFollowAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stopAsked.IsCancellationRequested)
        {
            _tell(new PodMessage.RunAbandoned(this, null));
        }
        catch (ContainerStartException e)
        {
            NotStarted(e, began);
        }
        catch (Exception e)
        {
            LogUnexpected(e, Name, _scope.Identity);
            NotStarted(new ContainerStartException(WaitingReasons.CreateContainerError, e.Message), began);
        }
    }

    public void Dispose()
    {
        _stopAsked.Dispose();
        _ended.Dispose();
        _grace.Dispose();
    }

    private void NotStarted(ContainerStartException e, DateTimeOffset began)
    {
        Say(EventType.Warning, PodEvents.Failed, "Error: " + e.Message);
        _tell(e.Reason == ExitReasons.StartError
            ? new PodMessage.RunEnded(this, new(ExitReasons.StartErrorCode, ExitReasons.StartError, e.Message, began, _node.Time.GetUtcNow(), Id))
            : new PodMessage.RunAbandoned(this, (e.Reason, e.Message)));
    }

    private async Task StartAndFollowAsync()
    {
        var setup = new ContainerSetup(_node, _scope.Pod, _scope.PodIPs, _scope.Volumes);
        var (spec, imageId) = await setup.MakeAsync(Container, _number, _stopAsked.Token).ConfigureAwait(false);
        ImageId = imageId;
        if (imageId.Length == 0) Say(EventType.Normal, PodEvents.NoImage, ImageNotices.Missing(spec.Image));
        var process = await _node.Runtime.StartAsync(spec, _stopAsked.Token).ConfigureAwait(false);
        ProcessExit exit;
        string? message;
        await using (process.ConfigureAwait(false))
        {
            var attached = new ContainerAttachments(process, Container.StdinOnce is true);
            (Connection, StartedAt) = (new(process, attached), process.StartedAt);
            Say(EventType.Normal, PodEvents.Created, $"Created container: {Name}");
            Say(EventType.Normal, PodEvents.Started, $"Started container {Name}");
            var log = _node.Logs.Open(_scope.Identity, Name, _number);
            _tell(new PodMessage.RunStarted(this));
            exit = await FollowAsync(process, attached, log).ConfigureAwait(false);
            message = exit.Message ?? await TerminationMessages.ReadAsync(Container, spec.TerminationMessageFile!, log, exit.ExitCode != 0, CancellationToken.None).ConfigureAwait(false);
            Connection = null;
        }
        _tell(new PodMessage.RunEnded(this, new(exit.ExitCode, exit.Reason, message, StartedAt, exit.FinishedAt, Id)));
    }

    /// <summary>Everything that goes on while the process runs; when this returns, nothing of it does.</summary>
    private async Task<ProcessExit> FollowAsync(IContainerProcess process, ContainerAttachments attached, LogFile log)
    {
        using var live = new CancellationTokenSource();
        var output = Task.WhenAll(PumpAsync(process.StandardOutput, attached, log, isError: false, live.Token), PumpAsync(process.StandardError, attached, log, isError: true, live.Token));
        var commands = new ContainerCommands(process, Container, _scope.PodIPs.Count > 0 ? _scope.PodIPs[0] : _node.Options.NodeAddress, _node.ProbeHttp, _node.Time);
        using var quiet = CancellationTokenSource.CreateLinkedTokenSource(_ended.Token, _stopAsked.Token);
        var attending = AttendAsync(commands, quiet.Token);
        if (await EndsBeforeAsync(process.Completion, _stopAsked.Token).ConfigureAwait(false) is false) await TerminateAsync(process, commands).ConfigureAwait(false);
        var exit = await process.Completion.ConfigureAwait(false);
        await _ended.CancelAsync().ConfigureAwait(false);
        await process.KillAsync().ConfigureAwait(false);
        await attending.ConfigureAwait(false);
        await DrainAsync(process, output, live).ConfigureAwait(false);
        log.Complete();
        attached.Complete();
        return exit;
    }

    /// <summary>Waits for the last of the output; what nobody takes in time is kept in the file alone, what nothing ends is cut.</summary>
    private async Task DrainAsync(IContainerProcess process, Task output, CancellationTokenSource live)
    {
        live.CancelAfter(LastOutput);
        try
        {
            await output.WaitAsync(LastOutput * 2).ConfigureAwait(false);
        }
        catch (TimeoutException e)
        {
            LogOutputLost(e, Name, _scope.Identity);
            await process.DisposeAsync().ConfigureAwait(false);
            await output.ConfigureAwait(false);
        }
    }

    private async Task TerminateAsync(IContainerProcess process, ContainerCommands commands)
    {
        var hookRan = false;
        if (Container.Lifecycle?.PreStop is { } hook && !_hookSkipped)
        {
            hookRan = true;
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(_grace.HookOver, _ended.Token);
            if (await RunHookAsync(commands, hook, limit.Token).ConfigureAwait(false) is { } problem) Say(EventType.Warning, PodEvents.FailedPreStopHook, $"PreStopHook failed: {problem}");
        }
        await process.SignalAsync(StopSignals.NumberOf(Container.Lifecycle?.StopSignal)).ConfigureAwait(false);
        _grace.Signalled(hookRan ? LeastAfterHook : TimeSpan.Zero);
        if (await EndsBeforeAsync(process.Completion, _grace.Over).ConfigureAwait(false) is false) await process.KillAsync().ConfigureAwait(false);
    }

    private static async Task<bool> EndsBeforeAsync(Task completion, CancellationToken limit)
    {
        await Task.WhenAny(completion, Task.Delay(Timeout.InfiniteTimeSpan, limit)).ConfigureAwait(false);
        return completion.IsCompleted;
    }

    private async Task PumpAsync(Stream stream, ContainerAttachments attached, LogFile log, bool isError, CancellationToken live)
    {
        var stored = new StreamLog(log, _node.LogHub, _scope.Identity, Name, isError, _node.Time) { Lost = e => LogOutputLost(e, Name, _scope.Identity) };
        var buffer = new byte[16 * 1024];
        try
        {
            while (await stream.ReadAsync(buffer, CancellationToken.None).ConfigureAwait(false) is > 0 and var read)
            {
                await stored.WriteAsync(buffer.AsMemory(0, read), live).ConfigureAwait(false);
                await attached.PublishAsync(isError, buffer.AsMemory(0, read), live).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            LogOutputLost(e, Name, _scope.Identity);
        }
        await stored.EndAsync(live).ConfigureAwait(false);
    }

    private void Say(string type, string reason, string message) => _node.Events.Record(_scope.Reference(Record.FieldPath), type, reason, message);

    [LoggerMessage(Level = LogLevel.Error, Message = "Container {Container} of pod {Pod} could not be run.")]
    private partial void LogUnexpected(Exception exception, string container, PodIdentity pod);

    [LoggerMessage(Level = LogLevel.Error, Message = "Output of container {Container} of pod {Pod} could not be kept.")]
    private partial void LogOutputLost(Exception exception, string container, PodIdentity pod);
}
