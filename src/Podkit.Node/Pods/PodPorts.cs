using System.Net;
using System.Net.Sockets;

namespace Podkit.Node.Pods;

/// <summary>Connects to ports of pods.</summary>
internal static class PodPorts
{
    /// <exception cref="IOException">Nothing listens there.</exception>
    public static async Task<NetworkStream> ConnectAsync(string address, int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(IPAddress.Parse(address), port, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new IOException($"failed to connect to {address}:{port}: {e.Message}; a server that listens on 127.0.0.1 alone is reached there, not at the pod's address", e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
