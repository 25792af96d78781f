using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Podkit.Model.Core.V1;
using Podkit.Node.Agent;
using Podkit.Node.Status;

namespace Podkit.Node.Pods;

/// <summary>
/// Owns one pod on the node, from its first sight to its removal. One task reads one mailbox and decides; what takes time (volumes, runs of containers, status,
/// deletion) goes on beside it, reports back to the mailbox, and has ended when <see cref="RunAsync"/> does.
/// </summary>
internal sealed partial class PodWorker : IDisposable
{
    private static readonly TimeSpan RetryConfig = TimeSpan.FromSeconds(10);

    private readonly NodeServices _node;
    private readonly ILogger _logger;
    private readonly Channel<PodMessage> _mailbox = Channel.CreateUnbounded<PodMessage>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _life = new();
    private readonly CancellationTokenSource _volumeLife = new();
    private readonly CancellationTokenSource _talk;
    private readonly List<ContainerRecord> _records;
    private readonly Dictionary<string, ContainerRun> _runs = [];
    private readonly Dictionary<string, RestartBackoff> _backoffs = [];
    private readonly List<Task> _tasks = [];
    private readonly List<ObjectSources.Reference> _references = [];
    private readonly PodStatusReporter _reporter;
    private readonly ConfigAnnotations _annotations;
    private readonly long _seenAt = Stopwatch.GetTimestamp();
    private readonly DateTimeOffset _startTime;
    private volatile Pod _pod;
    private int _changePosted;
    private IPodVolumes? _volumes;
    private PodVolumeLoop? _volumeLoop;
    private Task? _volumeTask;
    private string? _address;
    private bool _prepared;
    private bool _counted;
    private bool _done;
    private PodStatus? _reported;

    /// <param name="node">What the node shares.</param>
    /// <param name="pod">The pod as first seen.</param>
    public PodWorker(NodeServices node, Pod pod)
    {
        (_node, _logger) = (node, node.Logger);
        Identity = new(pod.Metadata.Namespace!, pod.Metadata.Name!, pod.Metadata.Uid!);
        _annotations = new(node.Time.GetUtcNow());
        _annotations.AddTo(pod);
        _pod = pod;
        _startTime = pod.Status.StartTime ?? node.Time.GetUtcNow();
        _records = ContainerRecords.Of(pod.Spec);
        _reporter = new(node.Api, pod, node.Time, node.Logger);
        _talk = new(Timeout.InfiniteTimeSpan, node.Time);
    }

    public PodIdentity Identity { get; }

    /// <summary>The pod as last seen.</summary>
    public Pod Pod => _pod;

    /// <summary>Whether the pod still needs what it has been given of the node.</summary>
    public bool UsesResources => !_done && !PodPhases.IsTerminal(_pod.Status.Phase);

    /// <summary>A container that runs now, or null.</summary>
    public ContainerConnection? FindContainer(string container)
    {
        lock (_runs) return _runs.GetValueOrDefault(container)?.Connection;
    }

    /// <summary>The pod's address while one of its containers runs, otherwise null.</summary>
    public string? RunningAddress
    {
        get
        {
            lock (_runs) return _runs.Values.Any(run => run.Connection is not null) && PodIPs is [var first, ..] ? first : null;
        }
    }

    /// <summary>Whether the pod has a container of that name, and how it stands for those who ask for its log.</summary>
    public ContainerStatus? FindStatus(string container)
    {
        var status = Volatile.Read(ref _reported) ?? _pod.Status;
        return status.ContainerStatuses?.Find(s => s.Name == container) ?? status.InitContainerStatuses?.Find(s => s.Name == container);
    }

    /// <summary>The pod has changed on the server. Returns at once; volumes are brought up to date without waiting for the worker.</summary>
    public void Update(Pod pod)
    {
        _annotations.AddTo(pod);
        var before = Interlocked.Exchange(ref _pod, pod);
        if (PodChanges.ShowInVolumes(before, pod)) _volumeLoop?.Change();
        if (Interlocked.Exchange(ref _changePosted, 1) == 0) Tell(new PodMessage.Changed());
    }

    /// <summary>The pod is no longer on the server.</summary>
    public void Remove() => Tell(new PodMessage.Removed());

    /// <summary>The node stops.</summary>
    /// <param name="longestGrace">The longest grace that the pod gets; null is its own.</param>
    public void StopNode(TimeSpan? longestGrace) => Tell(new PodMessage.NodeStops(longestGrace));

    /// <summary>Ends everything at once, without grace and without a word to the server.</summary>
    public void Abort()
    {
        _mailbox.Writer.TryComplete();
        _talk.Cancel();
        _life.Cancel();
    }

    public void Dispose()
    {
        _life.Dispose();
        _volumeLife.Dispose();
        _talk.Dispose();
    }

    /// <summary>Runs until the pod is gone or the node has stopped.</summary>
    public async Task RunAsync()
    {
        using var timer = _node.Time.CreateTimer(_ => Tell(new PodMessage.Wake()), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        try
        {
            Begin();
            while (!_done)
            {
                Step(timer);
                Handle(await _mailbox.Reader.ReadAsync().ConfigureAwait(false));
                while (_mailbox.Reader.TryRead(out var more)) Handle(more);
            }
        }
        catch (ChannelClosedException)
        {
            LogAborted(Identity);
        }
        catch (Exception e)
        {
            LogBroken(e, Identity);
        }
        finally
        {
            await EndTasksAsync().ConfigureAwait(false);
        }
    }

    private void Tell(PodMessage message) => _mailbox.Writer.TryWrite(message);

    private void Begin()
    {
        Own(_reporter.RunAsync(_life.Token));
        PodRestore.Restore(_records, _pod, _node.Time.GetUtcNow());
        if (PodPhases.IsTerminal(_pod.Status.Phase))
        {
            _ended = _tornDown = true;
            return;
        }
        _address = _pod.Spec.HostNetwork is true ? null : _node.Addresses.Take();
        foreach (var key in PodSources.Of(_pod)) _references.Add(_node.Sources.Refer(key, SourceChanged));
        _volumes = _node.OpenVolumes(_pod);
        _volumeLoop = new(_node, _volumes, () => _pod, () => Tell(new PodMessage.VolumesReady()));
        _volumeTask = _volumeLoop.RunAsync(_volumeLife.Token);
    }

    private void SourceChanged()
    {
        _volumeLoop?.Change();
        Tell(new PodMessage.SourceChanged());
    }

    private Task Own(Task task)
    {
        _tasks.RemoveAll(t => t.IsCompletedSuccessfully);
        _tasks.Add(task);
        return task;
    }

    private void Handle(PodMessage message)
    {
        switch (message)
        {
            case PodMessage.Changed:
                PodHasChanged();
                break;
            case PodMessage.Removed:
                PodWasRemoved();
                break;
            case PodMessage.VolumesReady:
                _prepared = true;
                break;
            case PodMessage.SourceChanged:
                RetryConfigErrors();
                break;
            case PodMessage.NodeStops stops:
                NodeIsStopping(stops.LongestGrace);
                break;
            case PodMessage.Closed:
                HasClosed();
                break;
            case PodMessage.RunStarted started:
                RunHasStarted(started.Run);
                break;
            case PodMessage.RunReady ready:
                ready.Run.Record.MarkStarted();
                break;
            case PodMessage.RunAbandoned abandoned:
                RunWasAbandoned(abandoned.Run, abandoned.Why);
                break;
            case PodMessage.RunEnded ended:
                RunHasEnded(ended.Run, ended.Exit);
                break;
            case PodMessage.ProbeJudged judged:
                ProbeHasJudged(judged);
                break;
            default:
                break;
        }
    }

    /// <summary>Everything of the pod that still goes on is ended and waited for.</summary>
    private async Task EndTasksAsync()
    {
        List<ContainerRun> runs;
        lock (_runs) runs = [.. _runs.Values];
        foreach (var run in runs) run.Stop(TimeSpan.Zero);
        await _talk.CancelAsync().ConfigureAwait(false);
        await _life.CancelAsync().ConfigureAwait(false);
        foreach (var task in _tasks) await SettleAsync(task).ConfigureAwait(false);
        await SettleAsync(TearDownAsync()).ConfigureAwait(false);
        foreach (var run in runs) run.Dispose();
    }

    private async Task SettleAsync(Task task)
    {
        try
        {
            await task.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_life.IsCancellationRequested || _volumeLife.IsCancellationRequested)
        {
            LogEnded(Identity);
        }
        catch (Exception e)
        {
            LogBroken(e, Identity);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Pod {Pod}: something failed that should not.")]
    private partial void LogBroken(Exception exception, PodIdentity pod);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Pod {Pod} is given up without grace.")]
    private partial void LogAborted(PodIdentity pod);

    [LoggerMessage(Level = LogLevel.Trace, Message = "Pod {Pod}: a task has ended.")]
    private partial void LogEnded(PodIdentity pod);
}
