using System.Threading.Channels;

namespace Podkit.Metadata;

/// <summary>The changes since a state, for one reader at a time each.</summary>
internal sealed class ChangeStream(PodMetadata metadata, PodSnapshot start, int capacity, CancellationToken cancellationToken) : IAsyncEnumerable<PodMetadataChange>
{
    public IAsyncEnumerator<PodMetadataChange> GetAsyncEnumerator(CancellationToken other = default)
    {
        // The oldest goes when it is full, so the last state always arrives.
        var channel = Channel.CreateBounded<PodSnapshot>(new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        metadata.Subscribe(channel.Writer, start);
        return new Reader(metadata, channel.Writer, ReadAsync(channel, other));
    }

    private async IAsyncEnumerator<PodMetadataChange> ReadAsync(Channel<PodSnapshot> channel, CancellationToken other)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, other);
        var old = start;
        while (await channel.Reader.WaitToReadAsync(both.Token).ConfigureAwait(false))
        {
            while (channel.Reader.TryRead(out var next))
            {
                yield return new PodMetadataChange(old, next);
                old = next;
            }
        }
    }

    /// <summary>Ends the subscription however it ends: an iterator that was never moved runs nothing of its own.</summary>
    private sealed class Reader(PodMetadata metadata, ChannelWriter<PodSnapshot> writer, IAsyncEnumerator<PodMetadataChange> changes) : IAsyncEnumerator<PodMetadataChange>
    {
        public PodMetadataChange Current => changes.Current;

        public async ValueTask<bool> MoveNextAsync()
        {
            var isThere = false;
            try
            {
                isThere = await changes.MoveNextAsync().ConfigureAwait(false);
                return isThere;
            }
            finally
            {
                if (!isThere) metadata.Unsubscribe(writer);
            }
        }

        public ValueTask DisposeAsync()
        {
            metadata.Unsubscribe(writer);
            return changes.DisposeAsync();
        }
    }
}
