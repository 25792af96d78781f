using System.Buffers;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Podkit.Ambassador.Forwarding;

namespace Podkit.Ambassador.Tunnels;

/// <summary>Bytes both ways between a client and the API server. Either may close its sending half and go on reading.</summary>
internal sealed class Tunnel(TunnelGate gate, Stream server)
{
    private const int BlockSize = 32 * 1024;

    /// <summary>True when both sides have said all they had to say; false when one broke off or the ambassador has stopped.</summary>
    public async Task<bool> RunAsync(ResponseHead head, CancellationToken stopped)
    {
        using var broken = CancellationTokenSource.CreateLinkedTokenSource(stopped);
        var down = GuardAsync(DownAsync(head, broken.Token), broken);
        var up = GuardAsync(UpAsync(broken.Token), broken);
        return await down.ConfigureAwait(false) & await up.ConfigureAwait(false);
    }

    private static async Task<bool> GuardAsync(Task direction, CancellationTokenSource broken)
    {
        try
        {
            await direction.ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // One direction has broken: the other has no use any more.
            await broken.CancelAsync().ConfigureAwait(false);
            return false;
        }
    }

    private async Task DownAsync(ResponseHead head, CancellationToken cancellationToken)
    {
        var socket = gate.Socket;
        await SendAsync(socket, HeadBytes(head), cancellationToken).ConfigureAwait(false);
        await SendAsync(socket, head.Rest, cancellationToken).ConfigureAwait(false);
        var buffer = ArrayPool<byte>.Shared.Rent(BlockSize);
        try
        {
            while (await server.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var read)
            {
                await SendAsync(socket, buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        socket.Shutdown(SocketShutdown.Send);
    }

    private async Task UpAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await gate.Input.ReadAsync(cancellationToken).ConfigureAwait(false);
            foreach (var segment in result.Buffer) await server.WriteAsync(segment, cancellationToken).ConfigureAwait(false);
            gate.Input.AdvanceTo(result.Buffer.End);
            await server.FlushAsync(cancellationToken).ConfigureAwait(false);
            if (!result.IsCompleted) continue;
            await CloseSendingHalfAsync().ConfigureAwait(false);
            return;
        }
    }

    private async Task CloseSendingHalfAsync()
    {
        if (server is SslStream tls) await tls.ShutdownAsync().ConfigureAwait(false);
        else if (server is NetworkStream plain) plain.Socket.Shutdown(SocketShutdown.Send);
    }

    private static async ValueTask SendAsync(Socket socket, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (bytes.Length > 0) bytes = bytes[await socket.SendAsync(bytes, cancellationToken).ConfigureAwait(false)..];
    }

    private static byte[] HeadBytes(ResponseHead head)
    {
        var text = new StringBuilder("HTTP/1.1 101 ").Append(head.Reason).Append("\r\nConnection: Upgrade\r\n");
        foreach (var (name, value) in head.Headers)
        {
            if (!HeaderRules.IsHopByHop(name) || name.Equals("Upgrade", StringComparison.OrdinalIgnoreCase)) text.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        return Encoding.Latin1.GetBytes(text.Append("\r\n").ToString());
    }
}
