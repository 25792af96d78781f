using System.Collections.Immutable;
using Podkit.Model;
using Podkit.Model.Core.V1;

namespace Podkit.Node.Agent;

/// <summary>The ConfigMaps and Secrets that the node's pods read, each watched while a pod refers to it.</summary>
internal sealed class ObjectSources(INodeApi api, IReadOnlyDictionary<string, Quantity> nodeAllocatable) : IVolumeSources, IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<SourceKey, Entry> _entries = [];
    private readonly List<Task> _closing = [];

    public IReadOnlyDictionary<string, Quantity> NodeAllocatable { get; } = nodeAllocatable;

    public async ValueTask<ConfigMap?> FindConfigMapAsync(string @namespace, string name, CancellationToken cancellationToken)
    {
        using var reference = Refer(new(IsSecret: false, @namespace, name), static () => { });
        return await reference.Entry.ConfigMap!.GetAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<Secret?> FindSecretAsync(string @namespace, string name, CancellationToken cancellationToken)
    {
        using var reference = Refer(new(IsSecret: true, @namespace, name), static () => { });
        return await reference.Entry.Secret!.GetAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Keeps an object watched until the reference is disposed.</summary>
    /// <param name="key">The object.</param>
    /// <param name="changed">Called after each change of it.</param>
    public Reference Refer(SourceKey key, Action changed)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out var entry)) _entries.Add(key, entry = new Entry(api, key));
            entry.Listeners = entry.Listeners.Add(changed);
            return new Reference(this, key, entry, changed);
        }
    }

    public async ValueTask DisposeAsync()
    {
        List<Task> closing;
        lock (_gate)
        {
            _closing.AddRange(_entries.Values.Select(e => e.CloseAsync()));
            _entries.Clear();
            closing = [.. _closing];
        }
        await Task.WhenAll(closing).ConfigureAwait(false);
    }

    private void Release(SourceKey key, Entry entry, Action changed)
    {
        lock (_gate)
        {
            entry.Listeners = entry.Listeners.Remove(changed);
            if (!entry.Listeners.IsEmpty || !_entries.Remove(key)) return;
            _closing.RemoveAll(t => t.IsCompleted);
            _closing.Add(entry.CloseAsync());
        }
    }

    /// <summary>A watched object and those who want to hear of its changes.</summary>
    internal sealed class Entry
    {
        public Entry(INodeApi api, SourceKey key)
        {
            if (key.IsSecret) Secret = new((onError, stop) => api.WatchSecretAsync(key.Namespace, key.Name, onError, stop), Notify);
            else ConfigMap = new((onError, stop) => api.WatchConfigMapAsync(key.Namespace, key.Name, onError, stop), Notify);
        }

        public WatchedObject<ConfigMap>? ConfigMap { get; }

        public WatchedObject<Secret>? Secret { get; }

        public ImmutableList<Action> Listeners { get; set; } = [];

        public async Task CloseAsync()
        {
            if (ConfigMap is not null) await ConfigMap.DisposeAsync().ConfigureAwait(false);
            if (Secret is not null) await Secret.DisposeAsync().ConfigureAwait(false);
        }

        private void Notify()
        {
            foreach (var listener in Listeners) listener();
        }
    }

    /// <summary>Somebody's interest in an object.</summary>
    internal sealed class Reference(ObjectSources sources, SourceKey key, Entry entry, Action changed) : IDisposable
    {
        private int _released;

        public Entry Entry { get; } = entry;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _released, 1) == 0) sources.Release(key, Entry, changed);
        }
    }
}
