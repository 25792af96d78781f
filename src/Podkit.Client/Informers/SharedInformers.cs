using System.Text.Json.Nodes;
using Podkit.Model;

namespace Podkit.Client;

/// <summary>Informers that several share: one for each resource, namespace and selector, however many ask. Those that are asked for first decide the options; indexes of others are added.</summary>
public sealed class SharedInformers : IAsyncDisposable, IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Key, IInformer> _informers = [];
    private bool _disposed;

    /// <summary>Whether its informers try again what others give up.</summary>
    internal bool NeverGivesUp { get; init; }

    /// <summary>The informers so far.</summary>
    public IReadOnlyList<IInformer> All
    {
        get
        {
            lock (_lock) return [.. _informers.Values];
        }
    }

    /// <summary>The informer of a resource, of the client's namespace and selectors. Whoever needs it starts it; it is disposed with all others.</summary>
    /// <typeparam name="T">The type of the objects.</typeparam>
    /// <param name="resource">The resource.</param>
    /// <param name="configure">Indexes, transform, resync, limits; of an informer that is there already only the indexes count.</param>
    public Informer<T> Get<T>(ResourceClient<T> resource, Action<InformerOptions<T>>? configure = null)
        where T : class, IKubernetesObject => GetOrCreate(resource, configure);

    /// <summary>The informer of a resource's documents.</summary>
    /// <inheritdoc cref="Get{T}(ResourceClient{T}, Action{InformerOptions{T}}?)"/>
    public Informer<JsonObject> Get(DynamicResourceClient resource, Action<InformerOptions<JsonObject>>? configure = null) => GetOrCreate(resource, configure);

    /// <summary>The informer of the metadata of a resource's objects.</summary>
    /// <inheritdoc cref="Get{T}(ResourceClient{T}, Action{InformerOptions{T}}?)"/>
    public Informer<PartialObjectMetadata> Get(MetadataResourceClient resource, Action<InformerOptions<PartialObjectMetadata>>? configure = null) => GetOrCreate(resource, configure);

    /// <summary>Begins to list and watch with all of them; does not wait.</summary>
    public void Start()
    {
        foreach (var informer in All) informer.Start();
    }

    /// <summary>Completes when all of them have their first list.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task WaitForSyncAsync(CancellationToken cancellationToken = default) => Task.WhenAll(All.Select(i => i.WaitForSyncAsync(cancellationToken)));

    /// <summary>Stops all of them.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock) _disposed = true;
        foreach (var informer in All) await informer.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Begins to stop all of them, and does not wait. Where it can be awaited use <see cref="DisposeAsync"/>.</summary>
    public void Dispose()
    {
        lock (_lock) _disposed = true;
        foreach (var informer in All) informer.Dispose();
    }

    private Informer<T> GetOrCreate<T, TSelf>(ResourceClientBase<T, TSelf> resource, Action<InformerOptions<T>>? configure)
        where T : class
        where TSelf : ResourceClientBase<T, TSelf>
    {
        ArgumentNullException.ThrowIfNull(resource);
        var scope = resource.Scope;
        var key = new Key(resource.Client, typeof(T), scope.CollectionPath, scope.LabelSelector, scope.FieldSelector);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_informers.TryGetValue(key, out var found))
            {
                var created = InformerExtensions.Create(resource, configure, NeverGivesUp);
                _informers[key] = created;
                return created;
            }

            var informer = (Informer<T>)found;
            if (configure is null) return informer;
            var options = new InformerOptions<T>();
            configure(options);
            foreach (var (name, of) in options.Indexes)
            {
                if (informer.Store.Indexes.All(i => i.Name != name)) informer.AddIndex(name, of);
            }

            return informer;
        }
    }

    private readonly record struct Key(KubernetesClient Client, Type Type, string Path, string? Labels, string? Fields);
}
