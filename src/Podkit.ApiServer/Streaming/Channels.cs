namespace Podkit.ApiServer.Streaming;

/// <summary>The protocols and channels of exec and attach over a WebSocket: the first byte of each message says which stream it belongs to.</summary>
internal static class Channels
{
    /// <summary>With messages that end a stream.</summary>
    public const string V5 = "v5.channel.k8s.io";

    /// <summary>The result comes as a Status.</summary>
    public const string V4 = "v4.channel.k8s.io";

    public const byte StandardInput = 0;
    public const byte StandardOutput = 1;
    public const byte StandardError = 2;
    public const byte Error = 3;
    public const byte Resize = 4;
    public const byte Close = 255;
}
