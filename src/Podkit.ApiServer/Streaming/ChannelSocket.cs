using System.Buffers;
using System.Net.WebSockets;

namespace Podkit.ApiServer.Streaming;

/// <summary>A WebSocket whose messages begin with the number of their channel. One reader, any number of writers. Messages are passed on in parts: none is kept.</summary>
internal sealed class ChannelSocket(WebSocket socket) : IDisposable
{
    /// <summary>The longest message that is sent, and the longest part that is read at once.</summary>
    private const int ChunkBytes = 32 * 1024;

    private readonly SemaphoreSlim _sending = new(1, 1);

    /// <summary>Gets a part of a message.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="data">The part.</param>
    /// <param name="ends">Whether the message ends with it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public delegate ValueTask Receiver(byte channel, ReadOnlyMemory<byte> data, bool ends, CancellationToken cancellationToken);

    /// <summary>Reads until the peer closes.</summary>
    /// <exception cref="WebSocketException">The connection broke.</exception>
    public async Task ReceiveAsync(Receiver receiver, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            byte? channel = null;
            while (true)
            {
                var result = await socket.ReceiveAsync(buffer.AsMemory(0, ChunkBytes), cancellationToken).ConfigureAwait(false);
                if (result.MessageType == WebSocketMessageType.Close) return;
                var data = buffer.AsMemory(0, result.Count);
                if (channel is null && data.Length > 0) (channel, data) = (data.Span[0], data[1..]);
                if (channel is { } known && (data.Length > 0 || result.EndOfMessage)) await receiver(known, data, result.EndOfMessage, cancellationToken).ConfigureAwait(false);
                if (result.EndOfMessage) channel = null;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    /// <summary>Sends bytes on a channel; as slowly as the peer takes them. Nothing at all is sent as an empty message.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
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

    /// <summary>Says farewell; the peer's own farewell comes to <see cref="ReceiveAsync"/>.</summary>
    public async Task CloseAsync(WebSocketCloseStatus why, string? words, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived) await socket.CloseOutputAsync(why, words, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is WebSocketException or IOException or ObjectDisposedException)
        {
            // The peer was quicker.
            socket.Abort();
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Cuts the connection.</summary>
    public void Abort() => socket.Abort();

    public void Dispose()
    {
        socket.Dispose();
        _sending.Dispose();
    }

    private async ValueTask SendMessageAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await socket.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException)
        {
            throw new IOException($"the client has gone: {e.Message}", e);
        }
        finally
        {
            _sending.Release();
        }
    }
}
