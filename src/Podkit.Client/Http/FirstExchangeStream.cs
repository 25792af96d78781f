using Podkit.Client.Streaming;

namespace Podkit.Client.Http;

/// <summary>A server in memory that answers the one request of an HTTP/2 connection (RFC 9113), as an API server does: 200, JSON.</summary>
internal sealed class FirstExchangeStream : AsynchronousStream
{
    private const int FrameHeader = 9;
    private const int Preface = 24;
    private const byte Headers = 1;

    // Its settings, which are none, and its acknowledgement of the client's.
    private static readonly byte[] Begin = [0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 4, 1, 0, 0, 0, 0];

    // Of stream 1: the headers (":status: 200" and a content-type, names and values of HPACK's static table but for one), and the body, which ends it.
    private static readonly byte[] Answer =
    [
        0, 0, 19, Headers, 4, 0, 0, 0, 1, 0x88, 0x5f, 16, .. "application/json"u8,
        0, 0, 2, 0, 1, 0, 0, 0, 1, .. "{}"u8,
    ];

    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ReadOnlyMemory<byte> _unread = Begin;
    private bool _greeted;
    private bool _answered;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_unread.IsEmpty)
        {
            await (_answered ? _closed : _asked).Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            if (_answered) return 0;
            (_unread, _answered) = (Answer, true);
        }

        var read = Math.Min(buffer.Length, _unread.Length);
        _unread[..read].CopyTo(buffer);
        _unread = _unread[read..];
        return read;
    }

    /// <summary>Whole frames, which is how the client writes them; the request is the one with headers.</summary>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var frames = buffer.Span;
        if (!_greeted) frames = frames[Math.Min(Preface, frames.Length)..];
        _greeted = true;
        while (frames.Length >= FrameHeader)
        {
            if (frames[3] == Headers) _asked.TrySetResult();
            var frame = FrameHeader + ((frames[0] << 16) | (frames[1] << 8) | frames[2]);
            frames = frame < frames.Length ? frames[frame..] : [];
        }

        return ValueTask.CompletedTask;
    }

    protected override void Dispose(bool disposing)
    {
        _asked.TrySetCanceled();
        _closed.TrySetResult();
        base.Dispose(disposing);
    }
}
