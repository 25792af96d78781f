using System.Runtime.ExceptionServices;

namespace Podkit.Metadata.Watching;

/// <summary>
/// An action that never runs twice at a time: who asks for it while it runs does not wait, and it runs once more for all who have asked.
/// </summary>
internal sealed class Coalesced(Action action)
{
    private int _asked;

    public void Run()
    {
        if (Interlocked.Increment(ref _asked) != 1) return;
        ExceptionDispatchInfo? failure = null;
        int seen;
        do
        {
            seen = Volatile.Read(ref _asked);
            try
            {
                action();
            }
            catch (Exception e)
            {
                failure ??= ExceptionDispatchInfo.Capture(e); // Whoever has asked meanwhile is served first.
            }
        }
        while (Interlocked.CompareExchange(ref _asked, 0, seen) != seen);
        failure?.Throw();
    }
}
