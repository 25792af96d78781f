namespace Podkit.Client.Streaming;

/// <summary>The program's end of a channel that it writes.</summary>
internal sealed class ChannelWriteStream(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> send, Func<ValueTask> end) : AsynchronousStream
{
    private bool _ended;

    public override bool CanRead => false;

    public override bool CanWrite => !_ended;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        if (!buffer.IsEmpty) await send(buffer, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Tells the container that its input has ended.</summary>
    public override async ValueTask DisposeAsync()
    {
        if (!_ended)
        {
            _ended = true;
            await end().ConfigureAwait(false);
        }

        await base.DisposeAsync().ConfigureAwait(false);
    }
}
