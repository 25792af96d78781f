using Microsoft.Extensions.Logging;
using Podkit.Client;
using Podkit.Model.Core.V1;
using Podkit.Node.Events;
using Podkit.Node.Status;

namespace Podkit.Node.Pods;

/// <content>How a pod ends: by itself, by its deadline, by deletion, with the node.</content>
internal sealed partial class PodWorker
{
    /// <summary>What sidecars get at least when the main containers have used up the grace.</summary>
    private static readonly TimeSpan LeastSidecarGrace = TimeSpan.FromSeconds(2);

    /// <summary>How long the server may take for the last words about a pod when the node stops.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan RemovedGrace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstDeleteRetry = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestDeleteRetry = TimeSpan.FromSeconds(10);

    private DateTimeOffset? _ending;
    private TimeSpan _grace;
    private (string Reason, string Message)? _failure;
    private PodCondition? _disruption;
    private bool _nodeStops;
    private bool _removed;
    private bool _ended;
    private bool _tornDown;
    private bool _closing;
    private bool _deleted;

    private void CheckForEnd(DateTimeOffset now, ref DateTimeOffset? wake)
    {
        if (_pod.Metadata.DeletionTimestamp is not null)
        {
            BeginEnding(TimeSpan.FromSeconds(Math.Max(0, _pod.Metadata.DeletionGracePeriodSeconds ?? (long)PodRunScope.GraceOf(_pod).TotalSeconds)), now);
        }
        else if (_pod.Spec.ActiveDeadlineSeconds is { } seconds && !_ended)
        {
            var deadline = _startTime + TimeSpan.FromSeconds(seconds);
            if (now < deadline)
            {
                wake = deadline;
                return;
            }
            _failure = ("DeadlineExceeded", "Pod was active on the node longer than the specified deadline");
            _node.Events.Record(new PodRunScope(_pod, PodIPs, _volumes!).Reference(), EventType.Normal, PodEvents.DeadlineExceeded, _failure.Value.Message);
            BeginEnding(PodRunScope.GraceOf(_pod), now);
        }
    }

    private void BeginEnding(TimeSpan grace, DateTimeOffset now)
    {
        var deadline = now + grace;
        if (_ending is null)
        {
            foreach (var record in _records.Where(r => r.Running)) Say(record, EventType.Normal, PodEvents.Killing, $"Stopping container {record.Name}");
        }
        if (_ending is null || deadline < _ending) (_ending, _grace) = (deadline, grace);
    }

    /// <summary>Ends what runs, main containers first, then sidecars from the last to the first; gives back when to look again.</summary>
    private DateTimeOffset? StepEnding(DateTimeOffset now)
    {
        ShortenEnding(now);
        var left = _ending!.Value - now;
        var others = Active(r => r.Kind != ContainerKind.Sidecar);
        foreach (var run in others) run.Stop(left);
        var sidecars = Active(r => r.Kind == ContainerKind.Sidecar);
        if (others.Count > 0 && left > TimeSpan.Zero) return _ending;
        if (_grace > TimeSpan.Zero && left < LeastSidecarGrace) left = LeastSidecarGrace;
        var timeIsUp = _ending.Value <= now;
        foreach (var run in sidecars)
        {
            run.Stop(left);
            if (!timeIsUp) return _ending;
        }
        if (others.Count + sidecars.Count == 0) _ended = true;
        return null;
    }

    /// <summary>A pod that is deleted again with less grace ends sooner.</summary>
    private void ShortenEnding(DateTimeOffset now)
    {
        if (_pod.Metadata is { DeletionTimestamp: not null, DeletionGracePeriodSeconds: { } seconds } && TimeSpan.FromSeconds(seconds) < _grace) BeginEnding(TimeSpan.FromSeconds(seconds), now);
    }

    private List<ContainerRun> Active(Func<ContainerRecord, bool> wanted)
    {
        lock (_runs) return [.. _records.Where(wanted).Reverse().Select(r => _runs.GetValueOrDefault(r.Name)).OfType<ContainerRun>()];
    }

    private void PodWasRemoved()
    {
        _removed = true;
        BeginEnding(RemovedGrace, Now);
    }

    private void NodeIsStopping(TimeSpan? longestGrace)
    {
        _nodeStops = true;
        if (_ended)
        {
            if (_closing) _talk.CancelAfter(LastWords);
            else _done = true;
            return;
        }
        var grace = PodRunScope.GraceOf(_pod);
        if (longestGrace is { } longest && longest < grace) grace = longest;
        if (_ending is null && _pod.Metadata.DeletionTimestamp is null)
        {
            _failure ??= ("Terminated", "Pod was terminated in response to imminent node shutdown.");
            _disruption = new() { Type = PodConditions.DisruptionTarget, Status = "True", Reason = "TerminationByKubelet", Message = _failure.Value.Message };
        }
        BeginEnding(grace, Now);
    }

    /// <summary>Does what is left to do once nothing runs and nothing will run again, as often as there is more to do.</summary>
    private void CloseIfEnded()
    {
        if (!_ended || _closing) return;
        var delete = _pod.Metadata.DeletionTimestamp is not null && !_removed && !_deleted;
        if (_tornDown && !delete && !_removed && !_nodeStops) return;
        _closing = true;
        if (_nodeStops) _talk.CancelAfter(LastWords);
        Own(CloseAsync(delete));
    }

    private async Task CloseAsync(bool delete)
    {
        await TearDownAsync().ConfigureAwait(false);
        try
        {
            if (!_removed) await _reporter.FlushAsync(_talk.Token).ConfigureAwait(false);
            if (delete) await DeleteAsync(_talk.Token).ConfigureAwait(false);
            _deleted = delete;
        }
        catch (OperationCanceledException) when (_talk.IsCancellationRequested)
        {
            LogSilent(Identity);
        }
        Tell(new PodMessage.Closed());
    }

    private void HasClosed()
    {
        _closing = false;
        if (_removed) _node.Logs.Remove(Identity);
        if (_removed || _nodeStops) _done = true;
    }

    /// <summary>Gives back what the pod was given: volumes, address, what it watched. May be called again.</summary>
    private async Task TearDownAsync()
    {
        if (_tornDown) return;
        _tornDown = true;
        foreach (var reference in _references) reference.Dispose();
        await _volumeLife.CancelAsync().ConfigureAwait(false);
        if (_volumeTask is not null) await SettleAsync(_volumeTask).ConfigureAwait(false);
        if (_volumes is not null) await _volumes.DisposeAsync().ConfigureAwait(false);
        if (_address is not null) _node.Addresses.Release(_address);
    }

    private async Task DeleteAsync(CancellationToken cancellationToken)
    {
        for (var retry = FirstDeleteRetry; ; retry = TimeSpan.FromTicks(Math.Min(retry.Ticks * 2, LongestDeleteRetry.Ticks)))
        {
            try
            {
                await _node.Api.DeletePodAsync(Identity.Namespace, Identity.Name, Identity.Uid, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (KubernetesException e) when (e.IsNotFound || e.IsConflict)
            {
                return;
            }
            catch (Exception e) when (e is KubernetesException or KubernetesConnectionException)
            {
                LogNotDeleted(e, Identity);
            }
            await Task.Delay(retry, _node.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Pod {Pod}: the server has not heard of its end before the node stopped.")]
    private partial void LogSilent(PodIdentity pod);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Pod {Pod} could not be deleted; it is tried again.")]
    private partial void LogNotDeleted(Exception exception, PodIdentity pod);
}
