namespace Podkit.Node.Pods;

/// <summary>The time that a container is left to end by itself. It can be shortened at any time, never extended.</summary>
internal sealed class GraceTimer(TimeProvider time) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _hookOver = new(Timeout.InfiniteTimeSpan, time);
    private readonly CancellationTokenSource _over = new(Timeout.InfiniteTimeSpan, time);
    private DateTimeOffset? _deadline;
    private bool _signalled;

    /// <summary>Cancelled when the preStop hook has had all the time there is.</summary>
    public CancellationToken HookOver => _hookOver.Token;

    /// <summary>Cancelled when the container is to be killed.</summary>
    public CancellationToken Over => _over.Token;

    /// <summary>Begins the time, or shortens it.</summary>
    public void Limit(TimeSpan grace)
    {
        lock (_gate)
        {
            var deadline = time.GetUtcNow() + grace;
            if (_deadline is { } before && before <= deadline) return;
            _deadline = deadline;
            (_signalled ? _over : _hookOver).CancelAfter(grace > TimeSpan.Zero ? grace : TimeSpan.Zero);
        }
    }

    /// <summary>The container has been asked to end: what is left of the time is its own, at least as much as a hook that took too long leaves it.</summary>
    public void Signalled(TimeSpan leastAfterHook)
    {
        lock (_gate)
        {
            _signalled = true;
            var left = _deadline!.Value - time.GetUtcNow();
            if (left < leastAfterHook) left = leastAfterHook;
            _over.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        }
    }

    public void Dispose()
    {
        _hookOver.Dispose();
        _over.Dispose();
    }
}
