using Podkit.Client.Resources;

namespace Podkit.Client;

/// <summary>
/// What a handler has not been told yet, one entry an object, in the order of each object's first change. Later changes of an object that waits are merged
/// into its entry, so the queue is never longer than there are objects, however slow the handler.
/// </summary>
internal sealed class HandlerQueue<T>(ObjectCodec<T> codec) : IDisposable
    where T : class
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ObjectKey, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _order = new();
    private readonly SemaphoreSlim _ready = new(0, 1);
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _sequence;
    private long? _syncAt;
    private bool _inCall;
    private bool _closed;

    public int Count
    {
        get
        {
            lock (_lock) return _order.Count + (_inCall ? 1 : 0);
        }
    }

    public Task Synced => _synced.Task;

    /// <summary>Notes a change; <paramref name="last"/> is the object as it last was when it has gone.</summary>
    public void Add(ObjectKey key, T? before, T? after, T? last, bool initial, bool unknown)
    {
        lock (_lock)
        {
            if (_closed) return;
            if (_entries.TryGetValue(key, out var node)) Merge(node, after, last, unknown);
            else _entries[key] = _order.AddLast(new Entry(key, before) { Now = after, Last = last, Initial = initial, Unknown = unknown, Sequence = ++_sequence });
            if (_order.Count > 0) Wake();
        }
    }

    /// <summary>An update without a difference, unless something is to be told anyway.</summary>
    public void Resync(ObjectKey key, T item)
    {
        lock (_lock)
        {
            if (_closed || _entries.ContainsKey(key)) return;
            _entries[key] = _order.AddLast(new Entry(key, item) { Now = item, Sequence = ++_sequence });
            Wake();
        }
    }

    /// <summary>What is here now is all of the beginning.</summary>
    public void MarkSync()
    {
        lock (_lock)
        {
            _syncAt ??= _sequence;
            CheckSync();
        }
    }

    /// <summary>The beginning will never be complete.</summary>
    public void Fail(Exception exception)
    {
        if (_synced.TrySetException(exception)) _ = _synced.Task.Exception;
    }

    public async ValueTask<Entry> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            lock (_lock)
            {
                if (_order.First is { } first)
                {
                    _order.RemoveFirst();
                    _entries.Remove(first.Value.Key);
                    _inCall = true;
                    return first.Value;
                }
            }

            await _ready.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public void Done()
    {
        lock (_lock)
        {
            _inCall = false;
            CheckSync();
        }
    }

    /// <summary>Nothing more is noted, and nothing is held.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _closed = true;
            _entries.Clear();
            _order.Clear();
        }

        _ready.Dispose();
        _synced.TrySetCanceled();
    }

    private void Merge(LinkedListNode<Entry> node, T? after, T? last, bool unknown)
    {
        var entry = node.Value;
        entry.Now = after;
        if (after is not null) return;
        if (entry.Told is null)
        {
            // It came and went before the handler was told: there is nothing to tell.
            _order.Remove(node);
            _entries.Remove(entry.Key);
            CheckSync();
        }
        else if (last is not null && codec.Uid(last) == codec.Uid(entry.Told)) (entry.Last, entry.Unknown) = (last, unknown);
    }

    private void CheckSync()
    {
        if (_syncAt is { } at && !_inCall && (_order.First is not { } first || first.Value.Sequence > at)) _synced.TrySetResult();
    }

    private void Wake()
    {
        if (_ready.CurrentCount == 0) _ready.Release();
    }

    /// <summary>What changed of one object since the handler was told.</summary>
    internal sealed class Entry(ObjectKey key, T? told)
    {
        public ObjectKey Key => key;

        /// <summary>What the handler was told last; null when it does not know the object.</summary>
        public T? Told => told;

        public T? Now { get; set; }

        /// <summary>The told object as it last was, when it has gone since.</summary>
        public T? Last { get; set; }

        public bool Initial { get; init; }

        public bool Unknown { get; set; }

        public long Sequence { get; init; }
    }
}
