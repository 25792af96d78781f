using System.Collections.Immutable;

namespace Podkit.Node.Logs;

/// <summary>Hands every line to those who watch live.</summary>
internal sealed class LogHub
{
    /// <summary>How many lines a subscriber may be behind before it holds the writers back.</summary>
    public const int Capacity = 4096;

    private ImmutableArray<ContainerLogSubscription> _subscriptions = [];

    public bool HasSubscribers => !_subscriptions.IsEmpty;

    public ContainerLogSubscription Subscribe()
    {
        var subscription = new ContainerLogSubscription(this);
        ImmutableInterlocked.Update(ref _subscriptions, static (all, added) => all.Add(added), subscription);
        return subscription;
    }

    public void Remove(ContainerLogSubscription subscription)
    {
        ImmutableInterlocked.Update(ref _subscriptions, static (all, removed) => all.Remove(removed), subscription);
        subscription.Writer.TryComplete();
    }

    /// <summary>Hands lines to every subscriber, waiting for those who are behind.</summary>
    /// <param name="lines">The lines of one stream.</param>
    /// <param name="cancellationToken">Ends the waiting: who is behind misses what does not fit.</param>
    public async ValueTask PublishAsync(IReadOnlyList<ContainerLogLine> lines, CancellationToken cancellationToken)
    {
        foreach (var subscription in _subscriptions)
        {
            foreach (var line in lines)
            {
                while (!subscription.Writer.TryWrite(line) && !cancellationToken.IsCancellationRequested && await IsOpenAsync(subscription, cancellationToken).ConfigureAwait(false))
                {
                }
            }
        }
    }

    private static async ValueTask<bool> IsOpenAsync(ContainerLogSubscription subscription, CancellationToken cancellationToken)
    {
        try
        {
            return await subscription.Writer.WaitToWriteAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>The node has stopped: no line comes any more.</summary>
    public void Complete()
    {
        foreach (var subscription in _subscriptions) subscription.Writer.TryComplete();
    }
}
