using System.Buffers.Binary;

namespace Podkit.ApiServer.Streaming.Spdy;

/// <summary>The first eight bytes of a frame.</summary>
/// <param name="IsControl">Whether it is a control frame, otherwise data.</param>
/// <param name="Type">Which control frame.</param>
/// <param name="StreamId">Which stream the data is of.</param>
/// <param name="Flags">The flags.</param>
/// <param name="Length">How many bytes follow: less than 16 MiB.</param>
internal readonly record struct SpdyFrameHeader(bool IsControl, ushort Type, uint StreamId, byte Flags, int Length)
{
    /// <exception cref="SpdyException">It is of another version.</exception>
    public static SpdyFrameHeader Parse(ReadOnlySpan<byte> bytes)
    {
        var first = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        var second = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
        var (flags, length) = ((byte)(second >> 24), (int)(second & 0xFFFFFF));
        if (first >> 31 == 0) return new SpdyFrameHeader(false, 0, first, flags, length);
        var version = (first >> 16) & 0x7FFF;
        return version == SpdyFrames.Version ? new SpdyFrameHeader(true, (ushort)first, 0, flags, length) : throw new SpdyException($"a frame of SPDY/{version} came; SPDY/3.1 is spoken here");
    }
}
