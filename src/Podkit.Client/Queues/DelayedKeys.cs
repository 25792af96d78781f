namespace Podkit.Client;

/// <summary>Keys that become due, each once, at the earliest of the times asked for; one timer for all.</summary>
internal sealed class DelayedKeys<TKey> : IDisposable
    where TKey : notnull
{
    private readonly TimeProvider _time;
    private readonly Action<TKey> _due;
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, long> _dueAt = [];
    private readonly PriorityQueue<TKey, long> _order = new();
    private readonly ITimer _timer;
    private readonly long _start;
    private bool _disposed;

    public DelayedKeys(TimeProvider time, Action<TKey> due)
    {
        (_time, _due, _start) = (time, due, time.GetTimestamp());
        _timer = time.CreateTimer(static s => ((DelayedKeys<TKey>)s!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public int Count
    {
        get
        {
            lock (_lock) return _dueAt.Count;
        }
    }

    public void Add(TKey key, TimeSpan after)
    {
        lock (_lock)
        {
            if (_disposed) return;
            var at = Now + after.Ticks;
            if (_dueAt.TryGetValue(key, out var known) && known <= at) return;
            _dueAt[key] = at;

            // A key that comes earlier leaves its later entry behind, which is skipped; many of those are swept out.
            _order.Enqueue(key, at);
            if (_order.Count > (2 * _dueAt.Count) + 64) Sweep();
            SetTimer();
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _dueAt.Clear();
            _order.Clear();
        }

        _timer.Dispose();
    }

    private long Now => _time.GetElapsedTime(_start).Ticks;

    private void OnTimer()
    {
        List<TKey> due = [];
        lock (_lock)
        {
            while (_order.TryPeek(out var key, out var at) && at <= Now)
            {
                _order.Dequeue();
                if (_dueAt.TryGetValue(key, out var real) && real == at && _dueAt.Remove(key)) due.Add(key);
            }

            SetTimer();
        }

        foreach (var key in due) _due(key);
    }

    private void Sweep()
    {
        _order.Clear();
        foreach (var (key, at) in _dueAt) _order.Enqueue(key, at);
    }

    private void SetTimer()
    {
        if (_disposed || !_order.TryPeek(out _, out var at)) return;

        // Timers count whole milliseconds: one that fires early would find nothing due.
        var wait = TimeSpan.FromMilliseconds(Math.Clamp(Math.Ceiling(TimeSpan.FromTicks(at - Now).TotalMilliseconds), 0, int.MaxValue));
        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }
}
