namespace Podkit.ApiServer.Streaming.Spdy;

/// <summary>The numbers of SPDY/3.1.</summary>
internal static class SpdyFrames
{
    public const int Version = 3;
    public const int HeaderBytes = 8;

    public const ushort SynStream = 1;
    public const ushort SynReply = 2;
    public const ushort Reset = 3;
    public const ushort Settings = 4;
    public const ushort Ping = 6;
    public const ushort GoAway = 7;
    public const ushort Headers = 8;
    public const ushort WindowUpdate = 9;

    /// <summary>The flag of the last frame on a stream.</summary>
    public const byte Fin = 1;

    public const uint ProtocolError = 1;
    public const uint RefusedStream = 3;
    public const uint Cancel = 5;
}
