using System.Net;
using System.Net.Sockets;

namespace Podkit.ApiServer.Hosting;

/// <summary>Free ports.</summary>
internal static class Ports
{
    /// <summary>The port itself, or a free one of 127.0.0.1 for 0: it must be known before the server listens, as it listens on more than one address.</summary>
    public static int Resolve(int port)
    {
        if (port != 0) return port;
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }
}
