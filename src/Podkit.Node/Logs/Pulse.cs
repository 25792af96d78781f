namespace Podkit.Node.Logs;

/// <summary>Wakes whoever waits for a change. Take <see cref="Next"/> before looking, so that no change is missed.</summary>
internal sealed class Pulse
{
    private volatile TaskCompletionSource? _next;

    /// <summary>Completes at the next change after this call.</summary>
    public Task Next
    {
        get
        {
            if (_next is { } waiting) return waiting.Task;
            var created = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return (Interlocked.CompareExchange(ref _next, created, null) ?? created).Task;
        }
    }

    public void Beat() => Interlocked.Exchange(ref _next, null)?.TrySetResult();
}
