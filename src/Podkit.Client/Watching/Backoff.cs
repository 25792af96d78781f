namespace Podkit.Client.Watching;

/// <summary>800 ms doubling to 30 s, with full jitter; back to the beginning after 2 minutes without a failure.</summary>
internal sealed class Backoff(TimeProvider time, Func<double>? random = null, TimeSpan? first = null, TimeSpan? longest = null)
{
    public static readonly TimeSpan First = TimeSpan.FromMilliseconds(800);
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan ResetAfter = TimeSpan.FromMinutes(2);

    private readonly TimeSpan _first = first ?? First;
    private TimeSpan _next = first ?? First;
    private long? _last;

    /// <summary>The longest wait there can be.</summary>
    public TimeSpan Ceiling { get; } = longest ?? Longest;

    public TimeSpan Next()
    {
        if (_last is { } last && time.GetElapsedTime(last) > ResetAfter) _next = _first;
        _last = time.GetTimestamp();
        var ceiling = _next;
        _next = ceiling * 2 < Ceiling ? ceiling * 2 : Ceiling;
        return ceiling * (random?.Invoke() ?? Jitter());
    }

#pragma warning disable CA5394 // Spreading retries is not a matter of security.
    private static double Jitter() => Random.Shared.NextDouble();
#pragma warning restore CA5394
}
