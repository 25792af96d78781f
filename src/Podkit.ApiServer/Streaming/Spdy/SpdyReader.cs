namespace Podkit.ApiServer.Streaming.Spdy;

/// <summary>Cuts a stream of bytes into frames. Data is read in parts, control frames as a whole and therefore bounded.</summary>
internal sealed class SpdyReader(Stream stream)
{
    /// <summary>How long a control frame may be.</summary>
    public const int LongestControl = 64 * 1024;

    private readonly byte[] _header = new byte[SpdyFrames.HeaderBytes];

    /// <summary>The next frame; null at the end.</summary>
    /// <exception cref="SpdyException">It is none.</exception>
    public async ValueTask<SpdyFrameHeader?> ReadHeaderAsync(CancellationToken cancellationToken)
    {
        var length = await stream.ReadAtLeastAsync(_header, _header.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        if (length == 0) return null;
        if (length < _header.Length) throw new SpdyException("the connection ended within a frame");
        return SpdyFrameHeader.Parse(_header);
    }

    /// <summary>What follows the header of a control frame.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> ReadControlAsync(SpdyFrameHeader header, CancellationToken cancellationToken)
    {
        if (header.Length > LongestControl) throw new SpdyException($"a control frame is longer than {LongestControl} bytes");
        var payload = new byte[header.Length];
        await ReadAllAsync(payload, cancellationToken).ConfigureAwait(false);
        return payload;
    }

    /// <summary>A part of what follows the header of a data frame, as long as the buffer.</summary>
    public ValueTask ReadDataAsync(Memory<byte> part, CancellationToken cancellationToken) => ReadAllAsync(part, cancellationToken);

    private async ValueTask ReadAllAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            await stream.ReadExactlyAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (EndOfStreamException)
        {
            throw new SpdyException("the connection ended within a frame");
        }
    }
}
