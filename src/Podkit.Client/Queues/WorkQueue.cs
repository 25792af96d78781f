using System.Diagnostics.CodeAnalysis;

namespace Podkit.Client;

/// <summary>
/// A queue of keys for workers, with client-go's rules. A key that waits is there once, however often it is added. A key that a worker has taken is not
/// given to another until <see cref="Done"/>; added meanwhile, it comes again after that. So one key is never worked on twice at a time, and
/// nothing that was added after a worker took the key is missed. Keys that fail come back later and later (<see cref="AddRateLimited"/>) until <see cref="Forget"/>.
/// </summary>
/// <typeparam name="TKey">The type of the keys, compared by value.</typeparam>
public sealed class WorkQueue<TKey> : IDisposable
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly Queue<TKey> _queue = new();
    private readonly HashSet<TKey> _dirty = [];
    private readonly HashSet<TKey> _processing = [];
    private readonly LinkedList<TaskCompletionSource<bool>> _takers = new();
    private readonly ItemRateLimiter<TKey> _limiter;
    private readonly DelayedKeys<TKey> _delayed;
    private TaskCompletionSource? _drained;
    private bool _shutDown;

    /// <summary>Creates a queue.</summary>
    /// <param name="options">How it slows down what fails.</param>
    public WorkQueue(WorkQueueOptions? options = null)
    {
        options ??= new WorkQueueOptions();
        options.Validate();
        _limiter = new ItemRateLimiter<TKey>(options);
        _delayed = new DelayedKeys<TKey>(options.TimeProvider, Add);
    }

    /// <summary>How many keys wait to be taken; those that are not due yet are not counted.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _queue.Count;
        }
    }

    /// <summary>How many keys come later, by <see cref="AddAfter"/> or <see cref="AddRateLimited"/>.</summary>
    public int Delayed => _delayed.Count;

    /// <summary>Whether <see cref="ShutDown"/> has been called.</summary>
    public bool IsShutDown
    {
        get
        {
            lock (_lock) return _shutDown;
        }
    }

    /// <summary>Adds a key, unless it waits already. After <see cref="ShutDown"/> nothing is added.</summary>
    /// <param name="key">The key.</param>
    public void Add(TKey key)
    {
        lock (_lock)
        {
            if (_shutDown || !_dirty.Add(key) || _processing.Contains(key)) return;
            Enqueue(key);
        }
    }

    /// <summary>Adds a key after some time; the earliest of several times counts.</summary>
    /// <param name="key">The key.</param>
    /// <param name="delay">The time; zero or less: at once.</param>
    public void AddAfter(TKey key, TimeSpan delay)
    {
        if (IsShutDown) return;
        if (delay <= TimeSpan.Zero) Add(key);
        else _delayed.Add(key, delay);
    }

    /// <summary>Adds a key that has failed: after 5 ms at first, twice that with each failure, up to 1000 s; and not more than 10 keys a second overall, 100 at once.</summary>
    /// <param name="key">The key.</param>
    public void AddRateLimited(TKey key)
    {
        TimeSpan wait;
        lock (_lock) wait = _limiter.Next(key);
        AddAfter(key, wait);
    }

    /// <summary>Forgets a key's failures: call it when the key has succeeded, or is given up.</summary>
    /// <param name="key">The key.</param>
    public void Forget(TKey key)
    {
        lock (_lock) _limiter.Forget(key);
    }

    /// <summary>How often a key has been added by <see cref="AddRateLimited"/> since it was forgotten: client-go's <c>NumRequeues</c>.</summary>
    /// <param name="key">The key.</param>
    public int Failures(TKey key)
    {
        lock (_lock) return _limiter.Failures(key);
    }

    /// <summary>Takes the next key that is due; call <see cref="Done"/> when it has been worked on. Ends with false when the queue is shut down and empty.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async ValueTask<(bool Taken, TKey Key)> TakeAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (true)
        {
            LinkedListNode<TaskCompletionSource<bool>> waiting;
            lock (_lock)
            {
                // Before the token is looked at: who has been woken for a key takes it, as nobody else has been.
                if (TryTake(out var key)) return (true, key);
                if (_shutDown) return (false, default!);
                cancellationToken.ThrowIfCancellationRequested();
                waiting = _takers.AddLast(new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously));
            }

            await using (cancellationToken.UnsafeRegister(static (s, t) => ((TaskCompletionSource<bool>)s!).TrySetCanceled(t), waiting.Value).ConfigureAwait(false))
            {
                try
                {
                    await waiting.Value.Task.ConfigureAwait(false);
                }
                catch (OperationCanceledException)
                {
                    lock (_lock)
                    {
                        if (waiting.List is not null) _takers.Remove(waiting);
                    }

                    throw;
                }
            }
        }
    }

    /// <summary>Says that a key which was taken has been worked on; if it was added meanwhile, it waits again.</summary>
    /// <param name="key">The key.</param>
    public void Done(TKey key)
    {
        lock (_lock)
        {
            if (!_processing.Remove(key)) return;
            if (_dirty.Contains(key)) Enqueue(key);
            CheckDrained();
        }
    }

    /// <summary>Takes no more keys; those that wait are still given out, and then <see cref="TakeAsync"/> ends. What would come later does not.</summary>
    public void ShutDown()
    {
        lock (_lock)
        {
            _shutDown = true;
            foreach (var taker in _takers) taker.TrySetResult(false);
            _takers.Clear();
            CheckDrained();
        }

        _delayed.Dispose();
    }

    /// <summary>Shuts down, and completes when every key that waited or was being worked on is done.</summary>
    /// <param name="cancellationToken">Stops waiting; the queue stays shut down.</param>
    public Task ShutDownWithDrainAsync(CancellationToken cancellationToken = default)
    {
        Task drained;
        lock (_lock) drained = (_drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        ShutDown();
        return drained.WaitAsync(cancellationToken);
    }

    /// <summary>Shuts down.</summary>
    public void Dispose() => ShutDown();

    private bool TryTake([MaybeNullWhen(false)] out TKey key)
    {
        if (!_queue.TryDequeue(out key)) return false;
        _processing.Add(key);
        _dirty.Remove(key);
        return true;
    }

    private void Enqueue(TKey key)
    {
        _queue.Enqueue(key);

        // One that has just been cancelled does not count: the next is woken.
        while (_takers.First is { } first)
        {
            _takers.RemoveFirst();
            if (first.Value.TrySetResult(true)) return;
        }
    }

    private void CheckDrained()
    {
        if (_shutDown && _queue.Count == 0 && _processing.Count == 0) _drained?.TrySetResult();
    }
}
