using Microsoft.Extensions.Logging;
using Podkit.Client;
using Podkit.Model.Core.V1;
using Podkit.Node.Pods;

namespace Podkit.Node.Agent;

/// <summary>The pods of the node, each with its worker, kept in step with what the server shows.</summary>
internal sealed partial class PodWorkers(NodeServices node, ILogger logger)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (PodWorker Worker, Task Running)> _workers = [];
    private HashSet<string>? _listed;
    private bool _closed;

    /// <summary>Called after a pod has come, changed or gone.</summary>
    public Action Changed { get; set; } = () => { };

    /// <summary>The pods that still use the node.</summary>
    public List<Pod> Using
    {
        get
        {
            lock (_gate) return [.. _workers.Values.Where(w => w.Worker.UsesResources).Select(w => w.Worker.Pod)];
        }
    }

    /// <summary>The pod of that name: the youngest, when an older one of the same name is still ending.</summary>
    public PodWorker? Find(string @namespace, string name)
    {
        lock (_gate)
        {
            return _workers.Values.Select(w => w.Worker).Where(w => w.Identity.Namespace == @namespace && w.Identity.Name == name)
                .MaxBy(w => (w.Pod.Metadata.DeletionTimestamp is null, w.Pod.Metadata.CreationTimestamp));
        }
    }

    /// <summary>Follows the pods of the node until it is cancelled.</summary>
    public async Task RunAsync(Action listed, CancellationToken cancellationToken)
    {
        await foreach (var change in node.Api.WatchPodsAsync(node.Options.NodeName, cancellationToken).ConfigureAwait(false))
        {
            Take(change);
            if (change.Type == WatchEventType.InitDone) listed();
            Changed();
        }
    }

    /// <summary>Ends all pods and waits for them; those that are not done when the token is cancelled are given up.</summary>
    public async Task StopAsync(TimeSpan? longestGrace, CancellationToken cancellationToken)
    {
        List<(PodWorker Worker, Task Running)> workers;
        lock (_gate)
        {
            _closed = true;
            workers = [.. _workers.Values];
        }
        foreach (var (worker, _) in workers) worker.StopNode(longestGrace);
        var all = Task.WhenAll(workers.Select(w => w.Running));
        await Task.WhenAny(all, Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken)).ConfigureAwait(false);
        if (!all.IsCompleted) foreach (var (worker, _) in workers) worker.Abort();
        await all.ConfigureAwait(false);
    }

    private void Take(WatchEvent<Pod> change)
    {
        switch (change.Type)
        {
            case WatchEventType.Init:
                _listed = [];
                break;
            case WatchEventType.InitApply:
                _listed?.Add(change.Object!.Metadata.Uid!);
                Apply(change.Object!);
                break;
            case WatchEventType.InitDone:
                RemoveUnlisted();
                break;
            case WatchEventType.Apply:
                Apply(change.Object!);
                break;
            case WatchEventType.Delete:
                Remove(change.Object!.Metadata.Uid!);
                break;
            default:
                break;
        }
    }

    private void Apply(Pod pod)
    {
        lock (_gate)
        {
            if (_closed) return;
            if (_workers.TryGetValue(pod.Metadata.Uid!, out var known))
            {
                known.Worker.Update(pod);
                return;
            }
            var worker = new PodWorker(node, pod);
            _workers.Add(pod.Metadata.Uid!, (worker, Task.Run(() => RunAsync(worker))));
        }
    }

    private async Task RunAsync(PodWorker worker)
    {
        LogCame(worker.Identity);
        using (worker) await worker.RunAsync().ConfigureAwait(false);
        lock (_gate) _workers.Remove(worker.Identity.Uid);
        LogWent(worker.Identity);
        Changed();
    }

    private void RemoveUnlisted()
    {
        List<string> gone;
        lock (_gate) gone = [.. _workers.Keys.Where(uid => _listed?.Contains(uid) is false)];
        _listed = null;
        foreach (var uid in gone) Remove(uid);
    }

    private void Remove(string uid)
    {
        lock (_gate)
        {
            if (_workers.TryGetValue(uid, out var known)) known.Worker.Remove();
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Pod {Pod} has come to the node.")]
    private partial void LogCame(PodIdentity pod);

    [LoggerMessage(Level = LogLevel.Information, Message = "Pod {Pod} has left the node.")]
    private partial void LogWent(PodIdentity pod);
}
