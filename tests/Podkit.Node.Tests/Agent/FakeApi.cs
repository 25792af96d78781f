using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Podkit.Client;
using Podkit.Model;
using Podkit.Model.Authentication.V1;
using Podkit.Model.Coordination.V1;
using Podkit.Model.Core.V1;
using Podkit.Node.Agent;

namespace Podkit.Node.Tests.Agent;

/// <summary>An API server in memory with just what a node uses, and with ways for a test to change things and to wait for them.</summary>
internal sealed class FakeApi : INodeApi
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Pod> pods = [];
    private readonly Dictionary<string, ConfigMap> configMaps = [];
    private readonly Dictionary<string, Event> events = [];
    private readonly List<Watcher> watchers = [];
    private readonly TimeProvider time;
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int version = 100;

    public FakeApi(TimeProvider time) => this.time = time;

    public Model.Core.V1.Node? Node { get; private set; }

    public bool MayNotDeleteNodes { get; set; }

    public ConcurrentQueue<JsonObject> NodePatches { get; } = new();

    public Lease? Lease { get; private set; }

    public int LeaseRenewals { get; private set; }

    /// <summary>The patches of pod statuses as they came.</summary>
    public ConcurrentQueue<JsonObject> StatusPatches { get; } = new();

    /// <summary>Thrown instead of taking a status patch, for as many times as there are entries.</summary>
    public ConcurrentQueue<Exception> StatusFailures { get; } = new();

    public List<Event> Events
    {
        get
        {
            lock (gate) return [.. events.Values];
        }
    }

    public Pod? Find(string name)
    {
        lock (gate) return pods.GetValueOrDefault(name) is { } pod ? Copy(pod) : null;
    }

    /// <summary>Creates or changes a pod as a user would.</summary>
    public void Put(Pod pod)
    {
        lock (gate)
        {
            var before = pods.GetValueOrDefault(pod.Metadata.Name!);
            pod = Copy(pod);
            pod.Metadata.Uid ??= Guid.NewGuid().ToString();
            pod.Metadata.CreationTimestamp ??= time.GetUtcNow();
            Store(before, pod);
        }
    }

    public void Change(string name, Action<Pod> change)
    {
        var pod = Find(name)!;
        change(pod);
        Put(pod);
    }

    /// <summary>Deletes a pod as a user would: bound to a node, it ends gracefully.</summary>
    public void Delete(string name, long graceSeconds)
    {
        if (graceSeconds == 0) Remove(name);
        else Change(name, pod => (pod.Metadata.DeletionTimestamp, pod.Metadata.DeletionGracePeriodSeconds) = (time.GetUtcNow().AddSeconds(graceSeconds), graceSeconds));
    }

    public void PutConfigMap(string name, Dictionary<string, string> data)
    {
        lock (gate)
        {
            var configMap = new ConfigMap { Metadata = new() { Name = name, Namespace = "ns", ResourceVersion = $"{++version}" }, Data = data };
            configMaps[name] = configMap;
            Send(new WatchEvent<ConfigMap>(WatchEventType.Apply, configMap), w => w.Filter == name);
        }
    }

    /// <summary>Waits until the pod is as wanted.</summary>
    public async Task<Pod> WaitAsync(string name, Func<Pod, bool> wanted, [CallerArgumentExpression(nameof(wanted))] string what = "")
    {
        await WaitAsync(() => Find(name) is { } pod && wanted(pod), () => $"{what}; the pod is {Describe(name)}");
        return Find(name)!;
    }

    public Task WaitGoneAsync(string name) => WaitAsync(() => Find(name) is null, () => $"the pod to be gone; it is {Describe(name)}");

    public async Task<Event> WaitEventAsync(string reason, string message)
    {
        bool Wanted(Event e) => e.Reason == reason && e.Message == message;
        await WaitAsync(() => Events.Exists(Wanted), () => $"{reason}: {message}; there are: {string.Join("\n", Events.Select(e => $"{e.Reason}: {e.Message}"))}");
        return Events.Find(Wanted)!;
    }

    public async Task WaitAsync(Func<bool> condition, Func<string> what)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            Task next;
            lock (gate)
            {
                if (condition()) return;
                next = changed.Task;
            }
            try
            {
                await next.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"waited in vain for {what()}");
            }
        }
    }

    public async IAsyncEnumerable<WatchEvent<Pod>> WatchPodsAsync(string nodeName, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (listed, watcher) = Open(nodeName, () => pods.Values.Where(p => (p.Spec.NodeName ?? "") == nodeName).Select(p => new WatchEvent<Pod>(WatchEventType.InitApply, Copy(p))));
        await foreach (var change in RunAsync(listed, watcher, cancellationToken)) yield return change;
    }

    public async IAsyncEnumerable<WatchEvent<Service>> WatchServicesAsync(Action<Exception> onError, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var kubernetes = new Service { Metadata = new() { Name = "kubernetes", Namespace = "default" }, Spec = new() { ClusterIP = "10.96.0.1", Ports = [new() { Name = "https", Port = 443 }] } };
        var (listed, watcher) = Open<Service>("", () => [new WatchEvent<Service>(WatchEventType.InitApply, kubernetes)]);
        await foreach (var change in RunAsync(listed, watcher, cancellationToken)) yield return change;
    }

    public async IAsyncEnumerable<WatchEvent<ConfigMap>> WatchConfigMapAsync(string @namespace, string name, Action<Exception> onError, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (listed, watcher) = Open(name, () => configMaps.Values.Where(c => c.Metadata.Name == name).Select(c => new WatchEvent<ConfigMap>(WatchEventType.InitApply, c)));
        await foreach (var change in RunAsync(listed, watcher, cancellationToken)) yield return change;
    }

    public IAsyncEnumerable<WatchEvent<Secret>> WatchSecretAsync(string @namespace, string name, Action<Exception> onError, CancellationToken cancellationToken)
    {
        var (listed, watcher) = Open(name, () => Enumerable.Empty<WatchEvent<Secret>>());
        return RunAsync(listed, watcher, cancellationToken);
    }

    public Task<Pod> PatchPodStatusAsync(string @namespace, string name, JsonObject patch, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (StatusFailures.TryDequeue(out var failure)) throw failure;
            if (!pods.TryGetValue(name, out var before)) throw NotFound();
            StatusPatches.Enqueue(patch.DeepClone().AsObject());
            var pod = Copy(before);
            var status = JsonSerializer.SerializeToNode(pod.Status, KubernetesJson.Default.CoreV1PodStatus)!.AsObject();
            Merge(status, patch["status"]!.AsObject());
            pod.Status = status.Deserialize(KubernetesJson.Default.CoreV1PodStatus)!;
            Store(before, pod);
            return Task.FromResult(Copy(pod));
        }
    }

    public Task DeletePodAsync(string @namespace, string name, string uid, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (!pods.TryGetValue(name, out var pod) || pod.Metadata.Uid != uid) throw NotFound();
            Remove(name);
        }
        return Task.CompletedTask;
    }

    public Task BindPodAsync(string @namespace, string name, string nodeName, CancellationToken cancellationToken)
    {
        Change(name, pod =>
        {
            pod.Spec.NodeName = nodeName;
            pod.Status.Conditions = [new() { Type = "PodScheduled", Status = "True", LastTransitionTime = time.GetUtcNow() }];
        });
        return Task.CompletedTask;
    }

    public Task CreateEventAsync(Event value, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (!events.TryAdd(value.Metadata.Name!, value)) throw new InvalidOperationException("two events of one name");
            HasChanged();
        }
        return Task.CompletedTask;
    }

    public Task PatchEventAsync(string @namespace, string name, JsonObject patch, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            events[name].Count = patch["count"]!.GetValue<int>();
            HasChanged();
        }
        return Task.CompletedTask;
    }

    public Task<Model.Core.V1.Node?> FindNodeAsync(string name, CancellationToken cancellationToken) => Task.FromResult(Node);

    public Task<Model.Core.V1.Node> CreateNodeAsync(Model.Core.V1.Node node, CancellationToken cancellationToken)
    {
        node.Metadata.Uid = "node-uid";
        return Task.FromResult(Node = node);
    }

    public Task<Model.Core.V1.Node> PatchNodeAsync(string name, JsonObject patch, bool status, CancellationToken cancellationToken)
    {
        NodePatches.Enqueue(patch.DeepClone().AsObject());
        return Task.FromResult(Node!);
    }

    public Task DeleteNodeAsync(string name, CancellationToken cancellationToken)
    {
        if (MayNotDeleteNodes) throw new KubernetesException(new Model.Meta.V1.Status { Code = 403, Reason = "Forbidden", Message = "may not" });
        Node = null;
        return Task.CompletedTask;
    }

    public Task RenewLeaseAsync(Lease lease, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            (Lease, LeaseRenewals) = (lease, LeaseRenewals + 1);
            HasChanged();
        }
        return Task.CompletedTask;
    }

    public Task DeleteLeaseAsync(string name, CancellationToken cancellationToken)
    {
        Lease = null;
        return Task.CompletedTask;
    }

    public Task<TokenRequestStatus> CreateAsync(string @namespace, string serviceAccount, TokenRequestSpec request, CancellationToken cancellationToken) =>
        Task.FromResult(new TokenRequestStatus { Token = "token", ExpirationTimestamp = time.GetUtcNow().AddHours(1) });

    /// <summary>Waits until somebody watches the ConfigMap.</summary>
    public Task WaitWatchedAsync(string configMap) => WaitAsync(() => watchers.Exists(w => w is Watcher<ConfigMap> && w.Filter == configMap), () => $"a watch of {configMap}");

    /// <summary>Lets waiters look again.</summary>
    public void Nudge()
    {
        lock (gate) HasChanged();
    }

    private static KubernetesException NotFound() => new(new Model.Meta.V1.Status { Code = 404, Reason = "NotFound", Message = "not found" });

    private void Remove(string name)
    {
        lock (gate)
        {
            if (!pods.Remove(name, out var pod)) return;
            Send(new WatchEvent<Pod>(WatchEventType.Delete, Copy(pod)), w => w.Filter == (pod.Spec.NodeName ?? ""));
            HasChanged();
        }
    }

    private void Store(Pod? before, Pod pod)
    {
        pod.Metadata.ResourceVersion = $"{++version}";
        pods[pod.Metadata.Name!] = pod;
        var (was, now) = (before?.Spec.NodeName ?? "", pod.Spec.NodeName ?? "");
        if (before is not null && was != now) Send(new WatchEvent<Pod>(WatchEventType.Delete, Copy(before)), w => w.Filter == was);
        Send(new WatchEvent<Pod>(WatchEventType.Apply, Copy(pod)), w => w.Filter == now);
        HasChanged();
    }

    private void HasChanged()
    {
        var old = changed;
        changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        old.SetResult();
    }

    private void Send<T>(WatchEvent<T> change, Func<Watcher, bool> wanted)
        where T : class
    {
        foreach (var watcher in watchers.Where(wanted).OfType<Watcher<T>>()) watcher.Changes.Writer.TryWrite(change);
    }

    private (List<WatchEvent<T>> Listed, Watcher<T> Watcher) Open<T>(string filter, Func<IEnumerable<WatchEvent<T>>> list)
        where T : class
    {
        lock (gate)
        {
            var watcher = new Watcher<T>(filter);
            watchers.Add(watcher);
            HasChanged();
            return ([new(WatchEventType.Init, null), .. list(), new(WatchEventType.InitDone, null)], watcher);
        }
    }

    private async IAsyncEnumerable<WatchEvent<T>> RunAsync<T>(List<WatchEvent<T>> listed, Watcher<T> watcher, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            foreach (var change in listed) yield return change;
            await foreach (var change in watcher.Changes.Reader.ReadAllAsync(cancellationToken)) yield return change;
        }
        finally
        {
            lock (gate) watchers.Remove(watcher);
        }
    }

    private static void Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is null) target.Remove(name);
            else if (name == "conditions") MergeConditions(target, value.AsArray());
            else if (value is JsonArray array) target[name] = new JsonArray([.. array.Where(e => e?["$patch"] is null).Select(e => e!.DeepClone())]);
            else target[name] = value.DeepClone();
        }
    }

    private static void MergeConditions(JsonObject target, JsonArray changes)
    {
        if (target["conditions"] is not JsonArray conditions) target["conditions"] = conditions = [];
        foreach (var change in changes.OfType<JsonObject>())
        {
            var before = conditions.FirstOrDefault(c => c!["type"]!.GetValue<string>() == change["type"]!.GetValue<string>());
            if (before is null) conditions.Add(change.DeepClone());
            else Merge(before.AsObject(), change);
        }
    }

    private static Pod Copy(Pod pod) => JsonSerializer.SerializeToNode(pod, Pod.JsonTypeInfo).Deserialize(Pod.JsonTypeInfo)!;

    private string Describe(string name) => Find(name) is { } pod ? JsonSerializer.Serialize(pod.Status, KubernetesJson.Default.CoreV1PodStatus) : "gone";

    private abstract class Watcher(string filter)
    {
        public string Filter { get; } = filter;
    }

    private sealed class Watcher<T>(string filter) : Watcher(filter)
        where T : class
    {
        public Channel<WatchEvent<T>> Changes { get; } = Channel.CreateUnbounded<WatchEvent<T>>();
    }
}
