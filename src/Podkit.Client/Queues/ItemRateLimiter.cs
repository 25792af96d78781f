namespace Podkit.Client;

/// <summary>The later of two times: an item's own, doubling with its failures, and that of a bucket that fills at a rate for all items.</summary>
internal sealed class ItemRateLimiter<TKey>(WorkQueueOptions options)
    where TKey : notnull
{
    private readonly Dictionary<TKey, int> _failures = [];
    private double _tokens = options.Burst;
    private long _filledAt = options.TimeProvider.GetTimestamp();

    public int Failures(TKey key) => _failures.GetValueOrDefault(key);

    public void Forget(TKey key) => _failures.Remove(key);

    public TimeSpan Next(TKey key)
    {
        var failures = _failures.GetValueOrDefault(key);
        _failures[key] = failures + 1;
        var own = options.FirstDelay.TotalSeconds * Math.Pow(2, failures);
        var wait = own < options.LongestDelay.TotalSeconds ? TimeSpan.FromSeconds(own) : options.LongestDelay;
        var overall = Reserve();
        return overall > wait ? overall : wait;
    }

    /// <summary>Takes a token that may only come to be: the bucket goes below zero, and the wait is the time until it is back.</summary>
    private TimeSpan Reserve()
    {
        if (options.ItemsPerSecond == 0) return TimeSpan.Zero;
        var now = options.TimeProvider.GetTimestamp();
        _tokens = Math.Min(options.Burst, _tokens + (options.TimeProvider.GetElapsedTime(_filledAt, now).TotalSeconds * options.ItemsPerSecond));
        _filledAt = now;
        _tokens -= 1;
        return _tokens >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(-_tokens / options.ItemsPerSecond);
    }
}
