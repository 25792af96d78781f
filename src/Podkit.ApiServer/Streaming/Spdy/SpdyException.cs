namespace Podkit.ApiServer.Streaming.Spdy;

/// <summary>The peer does not keep to SPDY/3.1: the connection cannot go on.</summary>
internal sealed class SpdyException(string message) : Exception(message);
