using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Podkit.Testing;

internal static class Ports
{
    /// <summary>
    /// A free port that can be listened at again after a while: none of those that the system gives to connections, or to whoever asks for any port.
    /// </summary>
    public static int Steady()
    {
        const string Range = "/proc/sys/net/ipv4/ip_local_port_range";
        var given = File.Exists(Range) ? int.Parse(File.ReadAllText(Range).Split('\t', ' ')[0], CultureInfo.InvariantCulture) : 32768;
        if (given < 4096) throw new InvalidOperationException($"the system gives connections every port from {given}: tests that restart a server need some of their own (net.ipv4.ip_local_port_range)");
        while (true)
        {
            var port = Random.Shared.Next(given / 2, given);
            try
            {
                using var probe = new TcpListener(IPAddress.Loopback, port);
                probe.Start();
                return port;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // Somebody has it.
            }
        }
    }
}
