using System.Net;
using System.Net.Sockets;

namespace Podkit.Node.Probes;

/// <summary>Connection failures in the words that a kubelet's events show.</summary>
internal static class DialMessages
{
    public static string Of(SocketException exception, string address) => exception.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => $"dial tcp {address}: connect: connection refused",
        SocketError.HostUnreachable => $"dial tcp {address}: connect: no route to host",
        SocketError.NetworkUnreachable => $"dial tcp {address}: connect: network is unreachable",
        SocketError.TimedOut => Timeout(address),
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => $"dial tcp: lookup {HostOf(address)}: no such host",
        _ => $"dial tcp {address}: {exception.Message}",
    };

    public static string Timeout(string address) => $"dial tcp {address}: i/o timeout";

    /// <summary>Host and port as one string, IPv6 in brackets.</summary>
    public static string Join(string host, int port) => IPAddress.TryParse(host, out var ip) && ip.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{host}]:{port}" : $"{host}:{port}";

    private static string HostOf(string address) => address[..address.LastIndexOf(':')];
}
