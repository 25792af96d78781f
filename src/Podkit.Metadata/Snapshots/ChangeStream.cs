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
        return ReadAsync(channel, other);
    }

    private async IAsyncEnumerator<PodMetadataChange> ReadAsync(Channel<PodSnapshot> channel, CancellationToken other)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, other);
        var old = start;
        try
        {
            while (await channel.Reader.WaitToReadAsync(both.Token).ConfigureAwait(false))
            {
                while (channel.Reader.TryRead(out var next))
                {
                    yield return new PodMetadataChange(old, next);
                    old = next;
                }
            }
        }
        finally
        {
            metadata.Unsubscribe(channel.Writer);
        }
    }
}
