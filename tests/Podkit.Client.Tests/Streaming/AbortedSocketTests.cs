using System.Net.WebSockets;
using Podkit.Client.Streaming;

namespace Podkit.Client.Tests.Streaming;

/// <summary>A WebSocket that was aborted, by a cancelled write or a missed pong, tells its reader of a cancellation that nobody asked for.</summary>
public sealed class AbortedSocketTests
{
    [Fact]
    public async Task A_session_tells_that_its_connection_broke()
    {
        await using var session = new ContainerSession(new ChannelSocket(new AbortedSocket()), new PodExecOptions { Command = ["sh"] }, "exec");
        (await Should.ThrowAsync<KubernetesConnectionException>(() => session.WaitAsync())).Error.ShouldBe(KubernetesConnectionError.Broken);
        await Should.ThrowAsync<KubernetesConnectionException>(async () => await session.StandardOutput.ReadExactlyAsync(new byte[1]));
    }

    [Fact]
    public async Task A_port_tells_that_its_connection_broke()
    {
        await using var port = new PortConnection(new ChannelSocket(new AbortedSocket()), "port 80 of p");
        (await Should.ThrowAsync<IOException>(async () => await port.ReadExactlyAsync(new byte[1]))).Message.ShouldStartWith("port 80 of p: the connection broke");
    }

    private sealed class AbortedSocket : WebSocket
    {
        public override WebSocketCloseStatus? CloseStatus => null;

        public override string? CloseStatusDescription => null;

        public override WebSocketState State => WebSocketState.Aborted;

        public override string? SubProtocol => ChannelProtocol.V5;

        public override ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken) => throw new OperationCanceledException(nameof(WebSocketState.Aborted));

        public override Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override Task SendAsync(ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override void Abort()
        {
        }

        public override void Dispose()
        {
        }
    }
}
