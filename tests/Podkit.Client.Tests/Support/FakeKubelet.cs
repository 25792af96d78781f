using System.Net.WebSockets;
using System.Text;

namespace Podkit.Testing;

/// <summary>The server's end of exec, attach or portforward.</summary>
internal sealed class FakeKubelet(WebSocket socket)
{
    public Task SendAsync(byte channel, string text) => SendAsync(channel, Encoding.UTF8.GetBytes(text));

    public Task SendAsync(byte channel, byte[] data) => socket.SendAsync((byte[])[channel, .. data], WebSocketMessageType.Binary, true, default);

    /// <summary>The next message: its channel and the rest; null when the client closes.</summary>
    public async Task<(byte Channel, byte[] Data)?> ReceiveAsync()
    {
        var message = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var result = await socket.ReceiveAsync(buffer, default);
            if (result.MessageType == WebSocketMessageType.Close) return null;
            message.Write(buffer, 0, result.Count);
            if (!result.EndOfMessage) continue;
            var bytes = message.ToArray();
            return (bytes[0], bytes[1..]);
        }
    }

    public Task CloseAsync() => socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default);

    public void Abort() => socket.Abort();
}
