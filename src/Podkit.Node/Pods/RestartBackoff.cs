namespace Podkit.Node.Pods;

/// <summary>
/// How long a container that keeps ending rests before its next run, as a kubelet counts: not at all after its first end, then 10 s and twice as long each time
/// up to 5 minutes, and from the start again once it has run for 10 minutes.
/// </summary>
internal sealed class RestartBackoff(TimeSpan first, TimeSpan longest)
{
    private TimeSpan _delay;
    private DateTimeOffset _countedAt;

    /// <summary>The rest that a container which ended at <paramref name="finishedAt"/> is in; zero when it may run at once.</summary>
    public TimeSpan Delay(DateTimeOffset finishedAt) => IsForgotten(finishedAt) ? TimeSpan.Zero : _delay;

    /// <summary>When a container which ended at <paramref name="finishedAt"/> may run again.</summary>
    public DateTimeOffset RestartAt(DateTimeOffset finishedAt) => finishedAt + Delay(finishedAt);

    /// <summary>Counts a restart: the next rest is longer.</summary>
    public void Count(DateTimeOffset finishedAt, DateTimeOffset now)
    {
        _delay = IsForgotten(finishedAt) ? first : TimeSpan.FromTicks(Math.Min(_delay.Ticks * 2, longest.Ticks));
        _countedAt = now;
    }

    private bool IsForgotten(DateTimeOffset finishedAt) => _delay == TimeSpan.Zero || finishedAt - _countedAt > longest * 2;
}
