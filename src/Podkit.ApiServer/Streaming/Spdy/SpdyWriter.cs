using System.Buffers;
using System.Buffers.Binary;

namespace Podkit.ApiServer.Streaming.Spdy;

/// <summary>Writes frames, one at a time and each in one write. Giving up a write that has begun would break the whole connection: only its end does.</summary>
/// <param name="stream">Where to.</param>
/// <param name="life">The connection's end.</param>
internal sealed class SpdyWriter(Stream stream, CancellationToken life) : IDisposable
{
    private const int LongestData = 32 * 1024;

    private readonly SemaphoreSlim _writing = new(1, 1);
    private bool _headersBegun;

    /// <summary>Sends data, as slowly as the peer takes it.</summary>
    public async ValueTask WriteDataAsync(uint streamId, ReadOnlyMemory<byte> data, bool ends, CancellationToken cancellationToken)
    {
        do
        {
            var part = data[..Math.Min(data.Length, LongestData)];
            data = data[part.Length..];
            await WriteAsync(streamId, ends && data.IsEmpty ? SpdyFrames.Fin : (byte)0, part, cancellationToken).ConfigureAwait(false);
        }
        while (data.Length > 0);
    }

    /// <summary>
    /// Takes a stream, with no headers. They are a zlib stream over all replies; blocks of plain bytes need no compressor. The empty block behind them is how zlib says
    /// that this is all for now: without it Go's reader looks for the next block at once, and never recovers from finding none.
    /// </summary>
    public async ValueTask WriteReplyAsync(uint streamId, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ReadOnlySpan<byte> begin = _headersBegun ? [] : [0x78, 0xBB, 0xE3, 0xC6, 0xA7, 0xC2];
            _headersBegun = true;
            byte[] payload = [.. Number(streamId), .. begin, .. SpdyHeaderReader.Stored(Number(0)), .. SpdyHeaderReader.Stored([])];
            await stream.WriteAsync(Frame(Control(SpdyFrames.SynReply), 0, payload), life).ConfigureAwait(false);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Ends a stream at once.</summary>
    public ValueTask WriteResetAsync(uint streamId, uint why, CancellationToken cancellationToken) =>
        WriteAsync(Control(SpdyFrames.Reset), 0, (byte[])[.. Number(streamId), .. Number(why)], cancellationToken);

    /// <summary>Answers a ping.</summary>
    public ValueTask WritePingAsync(uint id, CancellationToken cancellationToken) => WriteAsync(Control(SpdyFrames.Ping), 0, Number(id), cancellationToken);

    /// <summary>Takes no more streams.</summary>
    public ValueTask WriteGoAwayAsync(uint lastStreamId, uint why, CancellationToken cancellationToken) =>
        WriteAsync(Control(SpdyFrames.GoAway), 0, (byte[])[.. Number(lastStreamId), .. Number(why)], cancellationToken);

    public void Dispose() => _writing.Dispose();

    private async ValueTask WriteAsync(uint first, byte flags, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        var frame = ArrayPool<byte>.Shared.Rent(SpdyFrames.HeaderBytes + payload.Length);
        try
        {
            WriteFrame(frame, first, flags, payload.Span);
            await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                await stream.WriteAsync(frame.AsMemory(0, SpdyFrames.HeaderBytes + payload.Length), life).ConfigureAwait(false);
            }
            finally
            {
                _writing.Release();
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(frame, clearArray: true);
        }
    }

    private static byte[] Frame(uint first, byte flags, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[SpdyFrames.HeaderBytes + payload.Length];
        WriteFrame(frame, first, flags, payload);
        return frame;
    }

    private static void WriteFrame(Span<byte> frame, uint first, byte flags, ReadOnlySpan<byte> payload)
    {
        BinaryPrimitives.WriteUInt32BigEndian(frame, first);
        BinaryPrimitives.WriteUInt32BigEndian(frame[4..], ((uint)flags << 24) | (uint)payload.Length);
        payload.CopyTo(frame[SpdyFrames.HeaderBytes..]);
    }

    private static uint Control(ushort type) => 0x80000000 | (SpdyFrames.Version << 16) | type;

    private static byte[] Number(uint number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return bytes;
    }
}
