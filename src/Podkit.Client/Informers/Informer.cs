using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Podkit.Client.Http;
using Podkit.Client.Watching;

namespace Podkit.Client;

/// <summary>
/// Keeps the objects of a resource at hand, as the server has them, and tells handlers what changes: client-go's shared informer.
/// <list type="bullet">
/// <item>Reading takes no lock: <see cref="Store"/> is a snapshot that fits together, indexes included.</item>
/// <item>A list, the first or after a gap, takes the store's place as a whole; handlers are told the difference.</item>
/// <item>Each handler has a queue of its own and is called with one change at a time. Of an object that changes again before the handler was told, only the
/// difference is told: several updates are one, from what was told last to what is; an object that came and went is not told at all; one that was replaced
/// by another of its name is a deletion and an addition. So a slow handler holds no memory but the newest objects, and the last thing that it is told of an object is its last state.</item>
/// <item>Handlers may be added at any time and are told first of what is there.</item>
/// </list>
/// Objects are shared by all readers: never change one.
/// </summary>
/// <typeparam name="T">The type of the objects.</typeparam>
public sealed class Informer<T> : IInformer
    where T : class
{
    private readonly WatchSource<T> _source;
    private readonly InformerOptions<T> _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Reflector<T> _reflector;
    private readonly InformerStore<T> _store;
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private HandlerLoop<T>[] _handlers = [];
    private Task? _running;
    private Task? _stopping;
    private int _disposed;

    internal Informer(ApiInvoker api, WatchSource<T> source, InformerOptions<T> options, ILoggerFactory? loggers)
    {
        options.Validate();
        (_source, _options, _time) = (source, options, api.Time);
        _log = (loggers ?? NullLoggerFactory.Instance).CreateLogger("Podkit.Client.Informer");
        Name = NameOf(source.Scope);
        _reflector = new Reflector<T>(api, source, options.Watch with { OnError = OnError });
        _store = new InformerStore<T>(source.Codec, options.Indexes.Select(i => CreateIndex(i.Name, i.Of)));
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>All objects as they are now, with their indexes. Take it once for what belongs together.</summary>
    public InformerSnapshot<T> Store => _store.Current;

    /// <inheritdoc/>
    public bool HasSynced => _synced.Task.IsCompletedSuccessfully;

    /// <inheritdoc/>
    public bool IsConnected => _reflector.Status.Connected;

    /// <inheritdoc/>
    public DateTimeOffset? LastContact => _reflector.Status.LastContact;

    /// <inheritdoc/>
    public bool IsStale => HasSynced && (Completion.IsCompleted || _time.GetUtcNow() - LastContact > (_options.StaleAfter ?? _options.Watch.MaximumTimeout + TimeSpan.FromMinutes(1)));

    /// <inheritdoc/>
    public Exception? LastError => _reflector.Status.LastError;

    /// <inheritdoc/>
    public Task Completion => _completed.Task;

    /// <inheritdoc/>
    public void Start()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed != 0, this);
            _running ??= Detached.Run(() => Task.WhenAll(RunAsync(), ResyncAsync()));
        }
    }

    /// <inheritdoc/>
    public Task WaitForSyncAsync(CancellationToken cancellationToken = default) => _synced.Task.WaitAsync(cancellationToken);

    /// <summary>Begins to list and watch, and completes when the first list can be read.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task StartAsync(CancellationToken cancellationToken = default)
    {
        Start();
        return WaitForSyncAsync(cancellationToken);
    }

    /// <summary>Adds a handler; it is told of what is there first.</summary>
    /// <param name="handler">Called with one change at a time; the token is cancelled when the handler is removed or the informer stops. What it throws is logged.</param>
    [OverloadResolutionPriority(1)]
    public IInformerRegistration AddHandler(Func<InformerChange<T>, CancellationToken, ValueTask> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed != 0, this);
            var loop = new HandlerLoop<T>(Name, handler, _source.Codec, _log, Remove);
            foreach (var (key, item) in _store.Current.Items) loop.Queue.Add(key, null, item, null, initial: true, unknown: false);
            if (HasSynced) loop.Queue.MarkSync();
            else if (_synced.Task.Exception?.InnerException is { } gaveUp) loop.Queue.Fail(gaveUp);
            _handlers = [.. _handlers, loop];
            return loop;
        }
    }

    /// <summary>Adds a handler of up to three functions, to be named; it is told of what is there first. Each is awaited, as in <see cref="AddHandler(Func{InformerChange{T}, CancellationToken, ValueTask})"/>.</summary>
    /// <param name="added">Told of an object that the handler does not know.</param>
    /// <param name="updated">Told of an object as it was told last, and as it is.</param>
    /// <param name="deleted">Told of an object that is gone, as it last was.</param>
    public IInformerRegistration AddHandler(
        Func<T, CancellationToken, ValueTask>? added = null, Func<T, T, CancellationToken, ValueTask>? updated = null, Func<T, CancellationToken, ValueTask>? deleted = null) =>
        AddHandler((InformerChange<T> change, CancellationToken stop) =>
        {
            if (change.Type == InformerChangeType.Updated) return updated is null ? ValueTask.CompletedTask : updated(change.Before!, change.Object, stop);
            var tell = change.Type == InformerChangeType.Added ? added : deleted;
            return tell is null ? ValueTask.CompletedTask : tell(change.Object, stop);
        });

    /// <summary>Adds an index, also of what is there.</summary>
    /// <param name="name">The name of the index.</param>
    /// <param name="of">The values of an object.</param>
    /// <exception cref="ArgumentException">There is already an index of that name.</exception>
    public void AddIndex(string name, Func<T, IEnumerable<string?>> of)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(of);
        lock (_gate) _store.AddIndex(CreateIndex(name, of));
    }

    /// <summary>Stops watching, and the handlers when they have returned from the call that they are in.</summary>
    public ValueTask DisposeAsync() => MayStop(out var handlers) ? new ValueTask(StopAsync(handlers)) : ValueTask.CompletedTask;

    /// <summary>Begins to stop, and does not wait: <see cref="Completion"/> tells the end. Where it can be awaited use <see cref="DisposeAsync"/>.</summary>
    public void Dispose()
    {
        if (MayStop(out var handlers)) _stopping = StopAsync(handlers);
    }

    private bool MayStop(out HandlerLoop<T>[] handlers)
    {
        lock (_gate)
        {
            handlers = _handlers;
            return Interlocked.Exchange(ref _disposed, 1) == 0;
        }
    }

    private async Task StopAsync(HandlerLoop<T>[] handlers)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        if (_running is { } running) await running.ConfigureAwait(false);
        foreach (var handler in handlers) await handler.DisposeAsync().ConfigureAwait(false);
        _synced.TrySetCanceled(_stop.Token);
        _completed.TrySetResult();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            await foreach (var e in _reflector.RunAsync(_stop.Token).ConfigureAwait(false)) Take(e);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Disposed.
        }
#pragma warning disable CA1031 // Given to those who wait, for the sync or for the end.
        catch (Exception e)
        {
            InformerLog.GaveUp(_log, Name, e.Message);
            lock (_gate)
            {
                _synced.TrySetException(e);
                _completed.TrySetException(e);
                _ = (_synced.Task.Exception, _completed.Task.Exception);
                foreach (var handler in _handlers) handler.Queue.Fail(e);
            }
        }
#pragma warning restore CA1031
    }

    private async Task ResyncAsync()
    {
        if (_options.ResyncPeriod == TimeSpan.Zero) return;
        using var timer = new PeriodicTimer(_options.ResyncPeriod, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                lock (_gate)
                {
                    foreach (var (key, item) in _store.Current.Items)
                    {
                        foreach (var handler in _handlers) handler.Queue.Resync(key, item);
                    }
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Disposed.
        }
    }

    private void Take(in WatchEvent<T> e)
    {
        switch (e.Type)
        {
            case WatchEventType.Init:
                _store.Begin();
                break;
            case WatchEventType.InitApply:
                _store.Collect(Transformed(e.Object!));
                break;
            case WatchEventType.InitDone:
                Complete();
                break;
            case WatchEventType.Apply:
                var item = Transformed(e.Object!);
                lock (_gate)
                {
                    if (_store.Apply(item, out var key, out var before)) Tell(key, before, item, null, initial: false, unknown: false);
                }

                break;
            case WatchEventType.Delete:
                var last = Transformed(e.Object!);
                lock (_gate)
                {
                    if (_store.Delete(last, out var key, out var before)) Tell(key, before, null, last, initial: false, unknown: false);
                }

                break;
        }
    }

    private void Complete()
    {
        lock (_gate)
        {
            var first = !HasSynced;
            foreach (var (key, before, after) in _store.Complete(_reflector.Status.Version)) Tell(key, before, after, null, first, unknown: after is null);
            foreach (var handler in _handlers) handler.Queue.MarkSync();
            _synced.TrySetResult();
        }

        InformerLog.Listed(_log, Name, Store.Count, Store.ResourceVersion);
    }

    private void Tell(ObjectKey key, T? before, T? after, T? last, bool initial, bool unknown)
    {
        foreach (var handler in _handlers) handler.Queue.Add(key, before, after, last, initial, unknown);
    }

    private T Transformed(T item)
    {
        if (_options.Transform is not { } transform) return item;
        var key = _source.Codec.Key(item);
        try
        {
            var changed = transform(item);
            return changed is not null && _source.Codec.Key(changed) == key ? changed : throw new InvalidOperationException("a transform must return an object of the same name and namespace");
        }
#pragma warning disable CA1031 // The function is the caller's.
        catch (Exception e)
        {
            InformerLog.TransformFailed(_log, e, Name, key);
            return item;
        }
#pragma warning restore CA1031
    }

    private InformerIndex<T> CreateIndex(string name, Func<T, IEnumerable<string?>> of) => InformerIndex<T>.Create(name, item =>
    {
        try
        {
            return of(item)?.ToList() ?? [];
        }
#pragma warning disable CA1031 // The function is the caller's.
        catch (Exception e)
        {
            InformerLog.IndexFailed(_log, e, Name, name);
            return [];
        }
#pragma warning restore CA1031
    });

    private void Remove(HandlerLoop<T> handler)
    {
        lock (_gate) _handlers = [.. _handlers.Where(h => h != handler)];
    }

    private void OnError(Exception exception, TimeSpan wait)
    {
        if (wait > TimeSpan.Zero) InformerLog.Failed(_log, Name, wait, exception.Message);
        else InformerLog.Interrupted(_log, Name, exception.Message);
        _options.Watch.OnError?.Invoke(exception, wait);
    }

    private static string NameOf(Resources.ResourceScope scope)
    {
        var name = scope.Kind.QualifiedResource;
        if (scope.Kind.Namespaced) name += scope.AllNamespaces ? " in all namespaces" : $" in {scope.Namespace ?? scope.DefaultNamespace}";
        if (scope.LabelSelector is { Length: > 0 } labels) name += $" matching {labels}";
        return scope.FieldSelector is { Length: > 0 } fields ? $"{name} with {fields}" : name;
    }
}
