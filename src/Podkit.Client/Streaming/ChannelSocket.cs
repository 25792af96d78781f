using System.Buffers;
using System.Net.WebSockets;
using Podkit.Client.Http;

namespace Podkit.Client.Streaming;

/// <summary>A WebSocket whose messages begin with the number of their channel. One reader, any number of writers.</summary>
internal sealed class ChannelSocket(WebSocket socket) : IDisposable
{
    private const int ChunkBytes = 32 * 1024;

    private readonly Gate _sending = new();

    /// <summary>Gets a part of a message: its channel and bytes, whether it begins the message.</summary>
    public delegate ValueTask Receiver(byte channel, ReadOnlyMemory<byte> data, CancellationToken cancellationToken);

    public string Protocol => socket.SubProtocol ?? "";

    /// <summary>Reads until the peer closes.</summary>
    public async Task ReceiveAsync(Receiver receiver, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            byte? channel = null;
            while (true)
            {
                var result = await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken).ConfigureAwait(false);
                if (result.MessageType == WebSocketMessageType.Close) return;
                var data = buffer.AsMemory(0, result.Count);
                if (channel is null && data.Length > 0) (channel, data) = (data.Span[0], data[1..]);
                if (channel is { } known && data.Length > 0) await receiver(known, data, cancellationToken).ConfigureAwait(false);
                if (result.EndOfMessage) channel = null;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    /// <summary>Sends bytes on a channel, in messages that no server refuses for their size.</summary>
    public async ValueTask SendAsync(byte channel, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Min(data.Length, ChunkBytes - 1) + 1);
        try
        {
            do
            {
                var part = data[..Math.Min(data.Length, ChunkBytes - 1)];
                buffer[0] = channel;
                part.CopyTo(buffer.AsMemory(1));
                await SendMessageAsync(buffer.AsMemory(0, part.Length + 1), cancellationToken).ConfigureAwait(false);
                data = data[part.Length..];
            }
            while (data.Length > 0);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    /// <summary>Says farewell without waiting for the answer, if the connection still takes it.</summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        if (socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived)) return;
        await _sending.EnterAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is WebSocketException or IOException or ObjectDisposedException)
        {
            // The peer was quicker.
            socket.Abort();
        }
        finally
        {
            _sending.Leave();
        }
    }

    public void Dispose() => socket.Dispose();

    private async ValueTask SendMessageAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        await _sending.EnterAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await socket.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, cancellationToken).ConfigureAwait(false);
        }
        catch (WebSocketException e)
        {
            throw new IOException($"the connection to the container has ended: {e.Message}", e);
        }
        finally
        {
            _sending.Leave();
        }
    }
}
