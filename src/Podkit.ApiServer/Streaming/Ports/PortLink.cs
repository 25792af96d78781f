using System.Net.Sockets;

namespace Podkit.ApiServer.Streaming.Ports;

/// <summary>One connection to a port of a pod, and what goes to it and comes from it.</summary>
internal static class PortLink
{
    private const int BufferBytes = 32 * 1024;

    /// <summary>Connects and carries both directions until both have ended.</summary>
    /// <param name="target">The pod.</param>
    /// <param name="port">The port.</param>
    /// <param name="from">What the client sends.</param>
    /// <param name="send">Sends to the client.</param>
    /// <param name="sendEnd">Tells the client that the pod has said all.</param>
    /// <param name="stop">Breaks off.</param>
    /// <returns>What went wrong, in a kubelet's words; null when nothing did.</returns>
    public static async Task<string?> RunAsync(
        StreamTarget target, int port, Stream from, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> send, Func<CancellationToken, ValueTask> sendEnd, CancellationToken stop)
    {
        Stream pod;
        try
        {
            pod = await target.Kubelet.OpenPortAsync(target.Pod, port, stop).ConfigureAwait(false);
        }
        catch (KubeletException e)
        {
            return Problem(target, port, e.Message);
        }

        await using (pod.ConfigureAwait(false))
        {
            using var both = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var up = UpAsync(from, pod, both.Token);
            try
            {
                await DownAsync(pod, send, both.Token).ConfigureAwait(false);
                await sendEnd(stop).ConfigureAwait(false);
                await up.WaitAsync(stop).ConfigureAwait(false);
                return null;
            }
            catch (KubeletException e)
            {
                return Problem(target, port, e.Message);
            }
            finally
            {
                await both.CancelAsync().ConfigureAwait(false);
                await up.ConfigureAwait(false);
            }
        }
    }

    private static async Task DownAsync(Stream pod, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> send, CancellationToken stop)
    {
        var buffer = new byte[BufferBytes];
        while (await ReadAsync(pod, buffer, stop).ConfigureAwait(false) is > 0 and var read) await send(buffer.AsMemory(0, read), stop).ConfigureAwait(false);
    }

    private static async ValueTask<int> ReadAsync(Stream pod, byte[] buffer, CancellationToken stop)
    {
        try
        {
            return await pod.ReadAsync(buffer, stop).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw new KubeletException(500, e.Message);
        }
    }

    private static string Problem(StreamTarget target, int port, string message) => $"error forwarding port {port} to pod {target.Pod.Name}, uid {target.Pod.Uid}: {message}";

    /// <summary>Ends when the client has sent all, or the pod takes no more.</summary>
    private static async Task UpAsync(Stream from, Stream pod, CancellationToken stop)
    {
        try
        {
            await from.CopyToAsync(pod, stop).ConfigureAwait(false);
            if (pod is NetworkStream network) network.Socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The other direction tells how the connection ends.
        }
    }
}
