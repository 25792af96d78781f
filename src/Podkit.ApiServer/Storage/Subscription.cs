using System.Threading.Channels;
using Podkit.Model;

namespace Podkit.ApiServer.Storage;

/// <summary>
/// The writes to one kind, or to all, after a revision, in order. The store never waits for a subscriber: one that lies too far behind is cut,
/// and its watch ends, so that the client starts again from the version it has seen.
/// </summary>
internal sealed class Subscription : IDisposable
{
    private readonly MemoryStore store;
    private readonly Channel<StoreEvent> channel;

    internal Subscription(MemoryStore store, ResourceKind? kind, long revision, int capacity)
    {
        this.store = store;
        Kind = kind;
        Revision = revision;
        channel = Channel.CreateBounded<StoreEvent>(new BoundedChannelOptions(capacity) { SingleReader = true, SingleWriter = true, FullMode = BoundedChannelFullMode.Wait });
    }

    /// <summary>Null for all kinds.</summary>
    public ResourceKind? Kind { get; }

    /// <summary>The revision that the writes follow.</summary>
    public long Revision { get; }

    /// <summary>Ends when the subscription was cut or disposed.</summary>
    public ChannelReader<StoreEvent> Events => channel.Reader;

    public void Dispose()
    {
        store.Remove(this);
        channel.Writer.TryComplete();
    }

    /// <summary>Called under the store's lock, in the order of revisions. False: the subscriber was cut.</summary>
    internal bool Offer(StoreEvent written)
    {
        if (channel.Writer.TryWrite(written)) return true;
        channel.Writer.TryComplete();
        return false;
    }
}
