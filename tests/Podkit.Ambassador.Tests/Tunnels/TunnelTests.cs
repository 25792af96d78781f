using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Podkit.Ambassador.Tests.Upstream;
using Podkit.Testing;

namespace Podkit.Ambassador.Tests.Tunnels;

public sealed class TunnelTests
{
    private static readonly AmbassadorOptions Open = new() { RejectPaths = "^$" };

    [Fact]
    public async Task A_web_socket_echoes_through_the_tunnel()
    {
        var seen = new List<string>();
        await using var server = await RawServer.StartAsync(async (head, stream) =>
        {
            seen.Add(head);
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: v5.channel.k8s.io\r\nSec-WebSocket-Accept: {RawServer.AcceptKey(head)}\r\n\r\n"));
            using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true });
            var buffer = new byte[100_000];
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer.AsMemory(), default);
                if (received.MessageType == WebSocketMessageType.Close) break;
                await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, default);
            }

            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "bye", default);
        });
        await using var ambassador = await server.AmbassadorAsync(Open);
        using var client = new ClientWebSocket();
        client.Options.AddSubProtocol("v5.channel.k8s.io");
        client.Options.SetRequestHeader("X-Forwarded-For", "1.2.3.4");
        await client.ConnectAsync(new Uri($"ws://{ambassador.Address}/api/v1/namespaces/a/pods/p/exec?command=sh"), default);
        client.SubProtocol.ShouldBe("v5.channel.k8s.io");
        var echo = new byte[100_000];
        foreach (var size in (int[])[1, 5, 1000, 70_000])
        {
            var sent = Enumerable.Range(0, size).Select(i => (byte)i).ToArray();
            await client.SendAsync(sent, WebSocketMessageType.Binary, true, default);
            var count = 0;
            while (count < size) count += (await client.ReceiveAsync(echo.AsMemory(count), default)).Count;
            echo.AsSpan(0, size).SequenceEqual(sent).ShouldBeTrue();
        }

        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", default);
        client.CloseStatusDescription.ShouldBe("bye");
        seen.ShouldHaveSingleItem().ShouldStartWith("GET /api/v1/namespaces/a/pods/p/exec?command=sh HTTP/1.1\r\n");
        seen[0].ShouldContain($"Host: localhost:{server.Port}\r\n");
        seen[0].ShouldContain("Authorization: Bearer test-token-0123456789\r\n");
        seen[0].ShouldNotContain("X-Forwarded");
    }

    [Fact]
    public async Task A_client_that_has_said_its_part_still_hears_the_answer()
    {
        await using var server = await RawServer.StartAsync(async (_, stream) =>
        {
            await stream.WriteAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n"u8.ToArray());
            var all = await RawServer.ReadToEndAsync(stream);
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"heard {all}"));
        });
        await using var ambassador = await server.AmbassadorAsync(Open);
        using var socket = await UpgradeAsync(ambassador);
        await socket.SendAsync("everything"u8.ToArray());
        socket.Shutdown(SocketShutdown.Send);
        (await ReadToEndAsync(socket)).ShouldEndWith("\r\n\r\nheard everything");
    }

    [Fact]
    public async Task A_server_that_has_said_its_part_still_hears_the_client()
    {
        var heard = new TaskCompletionSource<string>();
        await using var server = await RawServer.StartAsync(async (_, stream) =>
        {
            await stream.WriteAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\nthat is all"u8.ToArray());
            await stream.ShutdownAsync();
            heard.SetResult(await RawServer.ReadToEndAsync(stream));
        });
        await using var ambassador = await server.AmbassadorAsync(Open);
        using var socket = await UpgradeAsync(ambassador);
        (await ReadToEndAsync(socket)).ShouldEndWith("\r\n\r\nthat is all");
        await socket.SendAsync("and so am I"u8.ToArray());
        socket.Shutdown(SocketShutdown.Send);
        (await heard.Task).ShouldBe("and so am I");
    }

    [Fact]
    public async Task Bytes_that_come_with_the_request_belong_to_the_tunnel()
    {
        await using var server = await RawServer.StartAsync(async (_, stream) =>
        {
            await stream.WriteAsync("HTTP/1.1 101 OK\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n"u8.ToArray());
            await stream.WriteAsync(Encoding.ASCII.GetBytes(await RawServer.ReadToEndAsync(stream)));
        });
        await using var ambassador = await server.AmbassadorAsync(Open);
        using var socket = await UpgradeAsync(ambassador, "GET /next HTTP/1.1\r\nHost: localhost\r\n\r\n");
        socket.Shutdown(SocketShutdown.Send);
        (await ReadToEndAsync(socket)).ShouldEndWith("\r\n\r\nGET /next HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }

    [Theory]
    [InlineData("Content-Length: 9\r\n\r\n{\"a\":\"b\"}")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n4;x=y\r\n{\"a\"\r\n5\r\n:\"b\"}\r\n0\r\nTrailer: x\r\n\r\n")]
    [InlineData("Connection: close\r\n\r\n{\"a\":\"b\"}")]
    public async Task An_upgrade_that_the_server_refuses_is_an_answer_like_any_other(string rest)
    {
        await using var server = await RawServer.StartAsync(async (_, stream) => await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nX-A: b\r\n{rest}")));
        await using var ambassador = await server.AmbassadorAsync(Open);
        using var socket = await UpgradeAsync(ambassador);
        socket.Shutdown(SocketShutdown.Send);
        var answer = await ReadToEndAsync(socket);
        answer.ShouldStartWith("HTTP/1.1 403 Forbidden\r\n");
        answer.ShouldContain("X-A: b\r\n");
        answer.ShouldContain("{\"a\"");
        answer.ShouldNotContain("Trailer");
    }

    [Theory]
    [InlineData("HTTP/2 200 OK\r\n\r\n")]
    [InlineData("garbage\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nbad header\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n folded: x\r\n\r\n")]
    [InlineData("")]
    public async Task A_server_that_does_not_speak_http_is_a_502(string answer)
    {
        await using var server = await RawServer.StartAsync(async (_, stream) => await stream.WriteAsync(Encoding.ASCII.GetBytes(answer)));
        await using var ambassador = await server.AmbassadorAsync(Open);
        using var socket = await UpgradeAsync(ambassador);
        var text = new byte[12];
        await new NetworkStream(socket).ReadExactlyAsync(text);
        Encoding.ASCII.GetString(text).ShouldBe("HTTP/1.1 502");
    }

    [Fact]
    public async Task A_token_that_has_been_rotated_is_read_again_for_an_upgrade()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("token", "old");
        await using var server = await RawServer.StartAsync(async (head, stream) => await stream.WriteAsync(head.Contains("Bearer new", StringComparison.Ordinal)
            ? "HTTP/1.1 101 OK\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nwelcome"u8.ToArray()
            : "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"u8.ToArray()));
        await using var ambassador = await server.AmbassadorAsync(Open, file);
        await server.Client!.GetTokenAsync();
        folder.Write("token", "new");
        using var socket = await UpgradeAsync(ambassador);
        socket.Shutdown(SocketShutdown.Send);
        (await ReadToEndAsync(socket)).ShouldEndWith("welcome");
    }

    [Fact]
    public async Task A_broken_tunnel_is_broken_on_both_sides()
    {
        var gone = new TaskCompletionSource();
        await using var server = await RawServer.StartAsync(async (_, stream) =>
        {
            await stream.WriteAsync("HTTP/1.1 101 OK\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n"u8.ToArray());
            try
            {
                await RawServer.ReadToEndAsync(stream);
            }
            catch (IOException)
            {
                // A reset is as good an end.
            }
            finally
            {
                gone.SetResult();
            }
        });
        await using var ambassador = await server.AmbassadorAsync(Open);
        using (var socket = await UpgradeAsync(ambassador))
        {
            await new NetworkStream(socket).ReadExactlyAsync(new byte[12]);
            socket.LingerState = new LingerOption(true, 0);
        }

        await gone.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Stopping_the_ambassador_ends_its_tunnels()
    {
        await using var server = await RawServer.StartAsync(async (_, stream) =>
        {
            await stream.WriteAsync("HTTP/1.1 101 OK\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n"u8.ToArray());
            await RawServer.ReadToEndAsync(stream);
        });
        await using var ambassador = await server.AmbassadorAsync(Open with { DrainTimeout = TimeSpan.Zero });
        using var socket = await UpgradeAsync(ambassador);
        await new NetworkStream(socket).ReadExactlyAsync(new byte[12]);
        await ambassador.StopAsync();
        try
        {
            await ReadToEndAsync(socket);
        }
        catch (SocketException e)
        {
            e.SocketErrorCode.ShouldBe(SocketError.ConnectionReset);
        }
    }

    [Theory]
    [InlineData("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA")]
    [InlineData("Upgrade: websocket")]
    public async Task An_offer_of_http2_and_an_upgrade_that_is_none_are_served_as_if_they_were_not_there(string headers)
    {
        await using var harness = await Harness.StartAsync(c => c.Json($"{{\"upgrade\":\"{c.Request.Headers.Upgrade}\"}}"));
        using var socket = await harness.ConnectAsync();
        await socket.SendAsync(Encoding.ASCII.GetBytes($"GET /api HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n\r\n"));
        var text = new StringBuilder();
        var buffer = new byte[1000];
        while (!text.ToString().Contains("{\"upgrade\":\"\"}", StringComparison.Ordinal)) text.Append(Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer)));
        text.ToString().ShouldStartWith("HTTP/1.1 200 OK");
    }

    [Fact]
    public async Task Exec_by_web_socket_does_not_pass_by_default_either()
    {
        await using var harness = await Harness.StartAsync(c => c.Json("{}"));
        using var client = new ClientWebSocket();
        await Should.ThrowAsync<WebSocketException>(() => client.ConnectAsync(new Uri($"ws://{harness.Ambassador.Address}/api/v1/namespaces/a/pods/p/exec"), default));
        harness.Server.Requests.ShouldBeEmpty();
    }

    private static async Task<Socket> UpgradeAsync(AmbassadorServer ambassador, string more = "")
    {
        var parts = ambassador.Address.Split(':');
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(parts[0], int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture));
        await socket.SendAsync(Encoding.ASCII.GetBytes($"GET /api/x HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n{more}"));
        return socket;
    }

    private static async Task<string> ReadToEndAsync(Socket socket)
    {
        var text = new StringBuilder();
        var buffer = new byte[10_000];
        while (await socket.ReceiveAsync(buffer) is > 0 and var read) text.Append(Encoding.ASCII.GetString(buffer, 0, read));
        return text.ToString();
    }
}
