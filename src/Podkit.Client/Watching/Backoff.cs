namespace Podkit.Client.Watching;

/// <summary>800 ms doubling to 30 s, with full jitter; back to the beginning after 2 minutes without a failure.</summary>
internal sealed class Backoff(TimeProvider time, Func<double>? random = null)
{
    public static readonly TimeSpan First = TimeSpan.FromMilliseconds(800);
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan ResetAfter = TimeSpan.FromMinutes(2);

    private TimeSpan _next = First;
    private long? _last;

    public TimeSpan Next()
    {
        if (_last is { } last && time.GetElapsedTime(last) > ResetAfter) _next = First;
        _last = time.GetTimestamp();
        var ceiling = _next;
        _next = ceiling * 2 < Longest ? ceiling * 2 : Longest;
        return ceiling * (random?.Invoke() ?? Jitter());
    }

#pragma warning disable CA5394 // Spreading retries is not a matter of security.
    private static double Jitter() => Random.Shared.NextDouble();
#pragma warning restore CA5394
}
