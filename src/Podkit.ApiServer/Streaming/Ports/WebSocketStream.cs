using System.Net.WebSockets;

namespace Podkit.ApiServer.Streaming.Ports;

/// <summary>The bytes of a WebSocket's messages, one after the other; each write is a message. One reader and one writer at a time.</summary>
internal sealed class WebSocketStream(WebSocket socket, TimeProvider time) : Stream
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty) return 0;
        try
        {
            while (true)
            {
                var result = await socket.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
                if (result.MessageType == WebSocketMessageType.Close) return 0;
                if (result.MessageType == WebSocketMessageType.Text) throw new IOException("a text message came where bytes are tunneled");
                if (result.Count > 0) return result.Count;
            }
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException)
        {
            throw new IOException($"the client has gone: {e.Message}", e);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await socket.SendAsync(buffer, WebSocketMessageType.Binary, endOfMessage: true, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException)
        {
            throw new IOException($"the client has gone: {e.Message}", e);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Says farewell, and waits for the client's; nothing else may be read or written meanwhile.</summary>
    public async Task CloseAsync(WebSocketCloseStatus why, string? words, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Farewell, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            if (socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived)) return;
            await socket.CloseOutputAsync(why, words, both.Token).ConfigureAwait(false);
            var rest = new byte[4096];
            while (socket.State == WebSocketState.CloseSent) await socket.ReceiveAsync(rest.AsMemory(), both.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException)
        {
            socket.Abort();
        }
    }

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("read asynchronously: the stream is a network connection");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("write asynchronously: the stream is a network connection");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
