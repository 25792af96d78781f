namespace Podkit.Node.Tests;

/// <summary>A clock that moves only when the test moves it; its timers fire while it is being moved, in order.</summary>
internal sealed class TestClock(DateTimeOffset? start = null) : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<Timer> timers = [];
    private TaskCompletionSource armed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset now = start ?? new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate) return now;
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan by)
    {
        var end = GetUtcNow() + by;
        while (TakeDue(end) is { } due) due.Fire();
        lock (gate) now = end;
    }

    /// <summary>Waits until somebody waits for the time that is just this far away.</summary>
    public async Task WaitForTimerAsync(TimeSpan away)
    {
        while (true)
        {
            Task changed;
            lock (gate)
            {
                if (timers.Exists(t => t.DueAt == now + away)) return;
                changed = armed.Task;
            }
            await changed.WaitAsync(TimeSpan.FromSeconds(30));
        }
    }

    private Timer? TakeDue(DateTimeOffset end)
    {
        lock (gate)
        {
            var due = timers.Where(t => t.DueAt <= end).MinBy(t => t.DueAt);
            if (due is null) return null;
            if (due.DueAt > now) now = due.DueAt.Value;
            if (due.Period > TimeSpan.Zero) due.DueAt += due.Period;
            else timers.Remove(due);
            return due;
        }
    }

    private sealed class Timer(TestClock clock, TimerCallback callback, object? state) : ITimer
    {
        public DateTimeOffset? DueAt { get; set; }

        public TimeSpan Period { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var fireNow = false;
            TaskCompletionSource? changed = null;
            lock (clock.gate)
            {
                clock.timers.Remove(this);
                Period = period;
                if (dueTime == TimeSpan.Zero) fireNow = true;
                else if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    DueAt = clock.now + dueTime;
                    clock.timers.Add(this);
                    (changed, clock.armed) = (clock.armed, new(TaskCreationOptions.RunContinuationsAsynchronously));
                }
            }
            changed?.SetResult();
            if (fireNow) ThreadPool.QueueUserWorkItem(_ => callback(state));
            return true;
        }

        public void Dispose()
        {
            lock (clock.gate) clock.timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
