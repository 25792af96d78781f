namespace Podkit.Client.Http;

/// <summary>A bucket of tokens. Whoever finds none reserves the next and waits for it, in order.</summary>
internal sealed class RequestLimiter(RateLimitOptions options, TimeProvider time)
{
    private readonly Lock _lock = new();
    private double _tokens = options.Burst;
    private long _filledAt = time.GetTimestamp();

    public async ValueTask<TimeSpan> WaitAsync(CancellationToken cancellationToken)
    {
        var wait = Reserve();
        if (wait <= TimeSpan.Zero) return TimeSpan.Zero;
        try
        {
            await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            lock (_lock) _tokens++;
            throw;
        }

        return wait;
    }

    private TimeSpan Reserve()
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            _tokens = Math.Min(options.Burst, _tokens + (time.GetElapsedTime(_filledAt, now).TotalSeconds * options.PerSecond));
            _filledAt = now;
            _tokens--;
            return _tokens >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(-_tokens / options.PerSecond);
        }
    }
}
