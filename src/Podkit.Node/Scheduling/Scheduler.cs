using System.Globalization;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Podkit.Client;
using Podkit.Model.Core.V1;
using Podkit.Node.Agent;
using Podkit.Node.Events;

namespace Podkit.Node.Scheduling;

/// <summary>
/// Binds the pods that ask for the default scheduler to the one node there is, as far as they fit. A pod that does not fit waits, says why, and is looked at again
/// when a pod ends, the pod changes, or now and then.
/// </summary>
internal sealed partial class Scheduler(INodeApi api, string nodeName, Func<IEnumerable<Pod>> podsOnNode, EventRecorder events, TimeProvider time, ILogger logger)
{
    private const string Name = "default-scheduler";
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(30);

    private readonly Channel<bool> _changed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Pod> _waiting = [];
    private readonly Dictionary<string, (Pod Pod, DateTimeOffset At)> _bound = [];

    /// <summary>Something has changed on the node: pods that wait may fit now. Returns at once.</summary>
    public void Change() => _changed.Writer.TryWrite(true);

    /// <summary>Follows the pods that are bound to no node and binds them, until it is cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => Task.WhenAll(FollowAsync(cancellationToken), ScheduleAsync(cancellationToken));

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        await foreach (var change in api.WatchPodsAsync("", cancellationToken).ConfigureAwait(false))
        {
            lock (_gate) Take(change);
            if (change.Type != WatchEventType.Delete) Change();
        }
    }

    private void Take(WatchEvent<Pod> change)
    {
        if (change.Type == WatchEventType.Init) _waiting.Clear();
        if (change.Object is not { } pod) return;
        var isOurs = change.Type != WatchEventType.Delete && pod.Metadata.DeletionTimestamp is null && pod.Spec.SchedulerName is null or "" or Name;
        if (isOurs) _waiting[pod.Metadata.Uid!] = pod;
        else _waiting.Remove(pod.Metadata.Uid!);
    }

    private async Task ScheduleAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            List<Pod> waiting;
            lock (_gate) waiting = [.. _waiting.Values.OrderByDescending(p => p.Spec.Priority ?? 0).ThenBy(p => p.Metadata.CreationTimestamp)];
            if (waiting.Count > 0) await ScheduleAsync(waiting, cancellationToken).ConfigureAwait(false);
            await WaitAsync(waiting.Count > 0, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ScheduleAsync(List<Pod> waiting, CancellationToken cancellationToken)
    {
        try
        {
            if (await api.FindNodeAsync(nodeName, cancellationToken).ConfigureAwait(false) is not { } node) return;
            foreach (var pod in waiting) await TryScheduleAsync(pod, node, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is KubernetesException or KubernetesConnectionException)
        {
            LogNotScheduled(e, nodeName);
        }
    }

    private async Task TryScheduleAsync(Pod pod, Model.Core.V1.Node node, CancellationToken cancellationToken)
    {
        try
        {
            await ScheduleAsync(pod, node, cancellationToken).ConfigureAwait(false);
        }
        catch (KubernetesException e) when (e.IsNotFound || e.IsConflict)
        {
            LogGone(pod.Metadata.Namespace, pod.Metadata.Name);
        }
    }

    private async Task ScheduleAsync(Pod pod, Model.Core.V1.Node node, CancellationToken cancellationToken)
    {
        if (pod.Spec.SchedulingGates is { Count: > 0 })
        {
            await SayAsync(pod, "SchedulingGated", "Scheduling is blocked due to non-empty scheduling gates", cancellationToken).ConfigureAwait(false);
            return;
        }
        if (NodeFit.Problem(pod, node, Present()) is { } problem)
        {
            if (await SayAsync(pod, "Unschedulable", problem, cancellationToken).ConfigureAwait(false)) events.Record(Reference(pod), EventType.Warning, PodEvents.FailedScheduling, problem, Name);
            return;
        }
        await BindAsync(pod, cancellationToken).ConfigureAwait(false);
    }

    private async Task BindAsync(Pod pod, CancellationToken cancellationToken)
    {
        await api.BindPodAsync(pod.Metadata.Namespace!, pod.Metadata.Name!, nodeName, cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            _waiting.Remove(pod.Metadata.Uid!);
            _bound[pod.Metadata.Uid!] = (pod, time.GetUtcNow());
        }
        events.Record(Reference(pod), EventType.Normal, PodEvents.Scheduled, $"Successfully assigned {pod.Metadata.Namespace}/{pod.Metadata.Name} to {nodeName}", Name);
    }

    /// <summary>The pods of the node, and those that have been bound but that the node has not seen yet.</summary>
    private List<Pod> Present()
    {
        var present = podsOnNode().ToList();
        lock (_gate)
        {
            foreach (var pod in present) _bound.Remove(pod.Metadata.Uid!);
            foreach (var (uid, bound) in _bound.ToList()) if (time.GetUtcNow() - bound.At > LookAgain) _bound.Remove(uid);
            present.AddRange(_bound.Values.Select(b => b.Pod));
        }
        return present;
    }

    /// <summary>Sets the pod's PodScheduled condition; false when it says so already.</summary>
    private async Task<bool> SayAsync(Pod pod, string reason, string message, CancellationToken cancellationToken)
    {
        var before = pod.Status.Conditions?.Find(c => c.Type == "PodScheduled");
        if (before is { Status: "False" } && before.Reason == reason && before.Message == message) return false;
        var since = before is { Status: "False", LastTransitionTime: { } at } ? at : time.GetUtcNow();
        var condition = new JsonObject
        {
            ["type"] = "PodScheduled",
            ["status"] = "False",
            ["reason"] = reason,
            ["message"] = message,
            ["lastProbeTime"] = null,
            ["lastTransitionTime"] = since.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        };
        var patch = new JsonObject { ["metadata"] = new JsonObject { ["uid"] = pod.Metadata.Uid }, ["status"] = new JsonObject { ["conditions"] = new JsonArray(condition) } };
        var changed = await api.PatchPodStatusAsync(pod.Metadata.Namespace!, pod.Metadata.Name!, patch, cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            if (_waiting.ContainsKey(pod.Metadata.Uid!)) _waiting[pod.Metadata.Uid!] = changed;
        }
        return true;
    }

    private async Task WaitAsync(bool somebodyWaits, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(somebodyWaits ? LookAgain : Timeout.InfiniteTimeSpan, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await _changed.Reader.ReadAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            LogLooksAgain();
        }
    }

    private static ObjectReference Reference(Pod pod) => new()
    {
        ApiVersion = "v1",
        Kind = "Pod",
        Namespace = pod.Metadata.Namespace,
        Name = pod.Metadata.Name,
        Uid = pod.Metadata.Uid,
        ResourceVersion = pod.Metadata.ResourceVersion,
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "Pods could not be bound to node {Node}; it is tried again.")]
    private partial void LogNotScheduled(Exception exception, string node);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Pod {Namespace}/{Name} is gone or bound already.")]
    private partial void LogGone(string? @namespace, string? name);

    [LoggerMessage(Level = LogLevel.Trace, Message = "Waiting pods are looked at again.")]
    private partial void LogLooksAgain();
}
