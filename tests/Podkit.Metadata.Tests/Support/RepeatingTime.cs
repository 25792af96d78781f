namespace Podkit.Metadata.Tests;

/// <summary>Time that the test moves, forth and back; timers count what passes, as the system's do, whatever the clock says.</summary>
internal sealed class RepeatingTime : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<RepeatingTimer> _timers = [];
    private DateTimeOffset _now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private TimeSpan _passed;

    public IReadOnlyList<TimeSpan> Periods
    {
        get
        {
            lock (_lock) return [.. _timers.Select(t => t.Period)];
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock) return _now;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new RepeatingTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Sets the clock, as an administrator does: nothing passes.</summary>
    public void Jump(TimeSpan by)
    {
        lock (_lock) _now += by;
    }

    /// <summary>Lets time pass.</summary>
    public void Pass(TimeSpan time)
    {
        List<RepeatingTimer> due;
        lock (_lock)
        {
            _now += time;
            _passed += time;
            due = _timers.FindAll(t => t.Due <= _passed);
            foreach (var timer in due) timer.Due = _passed + timer.Period;
        }

        foreach (var timer in due) timer.Fire();
    }

    private sealed class RepeatingTimer(RepeatingTime time, TimerCallback callback, object? state) : ITimer
    {
        public TimeSpan Due { get; set; }

        public TimeSpan Period { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._lock)
            {
                time._timers.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan) return true;
                (Due, Period) = (time._passed + dueTime, period);
                time._timers.Add(this);
            }

            return true;
        }

        public void Fire() => callback(state);

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
