using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Podkit.ApiServer.Streaming.Spdy;

namespace Podkit.ApiServer.Tests.Streaming;

/// <summary>The two protocols of port-forward.</summary>
public sealed class PortForwardTests : IAsyncLifetime
{
    private const string Path = StreamingServer.Pods + "/one/portforward";
    private const string V4 = "v4.channel.k8s.io";
    private const string Tunnel = "SPDY/3.1+portforward.k8s.io";
    private StreamingServer server = null!;
    private EchoServer echo = null!;

    public async Task InitializeAsync()
    {
        echo = new EchoServer();
        server = await StreamingServer.StartAsync();
        server.Kubelet.Connect = (port, token) => port == 80 ? echo.ConnectAsync(token) : throw new KubeletException(500, "connection refused");
    }

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        await echo.DisposeAsync();
    }

    [Theory]
    [InlineData("", "query parameter \"ports\" is required")]
    [InlineData("?ports=http", "unable to parse \"http\" as a port")]
    [InlineData("?ports=80,65536", "unable to parse \"65536\" as a port")]
    [InlineData("?ports=0", "port \"0\" must be > 0")]
    public async Task Ports_that_are_none_are_refused(string query, string message)
    {
        var status = await server.RefusedAsync("GET", Path + query, protocol: V4);
        (status["code"]!.GetValue<int>(), status["message"]!.GetValue<string>()).ShouldBe((400, message));
    }

    [Fact]
    public async Task The_pod_must_be_there_and_on_a_node()
    {
        Message(await server.RefusedAsync("GET", $"{StreamingServer.Pods}/nope/portforward?ports=80", protocol: V4)).ShouldBe("pods \"nope\" not found");
        Message(await server.RefusedAsync("GET", $"{StreamingServer.Pods}/nowhere/portforward?ports=80", protocol: V4)).ShouldBe("pod nowhere does not have a host assigned");
        Message(await server.RefusedAsync("POST", Path, upgrade: "SPDY/3.1")).ShouldEndWith("speaks SPDY/3.1+portforward.k8s.io, v4.channel.k8s.io");
    }

    [Fact]
    public async Task Each_port_has_a_channel_for_data_and_one_for_errors()
    {
        using var socket = await server.ConnectAsync(Path + "?ports=80,81", V4);
        var first = new List<(int, string)>();
        for (var i = 0; i < 4; i++) first.Add((await socket.NextAsync())!.Value);
        first.ShouldBe([(0, "P\0"), (1, "P\0"), (2, "Q\0"), (3, "Q\0")]);
        var uid = (await server.Server.SendAsync("GET", $"{StreamingServer.Pods}/one")).Body["metadata"]!["uid"]!.GetValue<string>();
        (await socket.NextAsync()).ShouldBe((3, $"error forwarding port 81 to pod one, uid {uid}: connection refused"));
        await socket.SayAsync(0, "hello ");
        (await socket.NextAsync()).ShouldBe((0, "hello "));
        await socket.SayAsync(0, "quit");
        (await socket.NextAsync()).ShouldBe((0, "quit"));
        (await socket.NextAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task A_client_that_leaves_ends_the_connection_to_the_port()
    {
        using (var socket = await server.ConnectAsync(Path + "?ports=80", V4))
        {
            for (var i = 0; i < 2; i++) await socket.NextAsync();
            await socket.SayAsync(0, "x");
            await socket.NextAsync();
            socket.Abort();
        }

        await echo.AllGoneAsync();
    }

    [Fact]
    public async Task A_tunnel_carries_many_connections_and_half_closed_ones()
    {
        using var socket = await server.ConnectTunnelAsync(Path, Tunnel);
        var client = new SpdyClient(socket);
        for (var request = 0; request < 20; request++)
        {
            var (error, data) = (await client.OpenAsync("error", 80, request), await client.OpenAsync("data", 80, request));
            await client.EndAsync(error);
            var text = new string((char)('a' + request), 100_000);
            await client.SendAsync(data, Encoding.ASCII.GetBytes(text));
            await client.EndAsync(data);
            (await client.ReceiveAllAsync(data)).ShouldBe(text);
            (await client.ReceiveAllAsync(error)).ShouldBe("");
        }

        await echo.AllGoneAsync();
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_told_on_the_stream_for_errors()
    {
        using var socket = await server.ConnectTunnelAsync(Path, Tunnel);
        var client = new SpdyClient(socket);
        var (error, data) = (await client.OpenAsync("error", 81, 0), await client.OpenAsync("data", 81, 0));
        (await client.ReceiveAllAsync(error)).ShouldContain("error forwarding port 81 to pod one, uid ");
        (await client.ReceiveAllAsync(data)).ShouldBe("");
        (error, data) = (await client.OpenAsync("error", 80, 1), await client.OpenAsync("data", 80, 1));
        await client.SendAsync(data, "still works, quit"u8.ToArray());
        (await client.ReceiveAllAsync(data)).ShouldBe("still works, quit");
    }

    [Fact]
    public async Task A_stream_that_is_reset_ends_the_connection_to_the_port_and_no_other()
    {
        using var socket = await server.ConnectTunnelAsync(Path, Tunnel);
        var client = new SpdyClient(socket);
        var (error, data) = (await client.OpenAsync("error", 80, 0), await client.OpenAsync("data", 80, 0));
        await client.OpenAsync("error", 80, 1);
        var other = await client.OpenAsync("data", 80, 1);
        await client.SendAsync(data, "x"u8.ToArray());
        await client.ResetAsync(data);
        (await client.ReceiveAllAsync(error)).ShouldBe("");
        await client.SendAsync(other, "quit"u8.ToArray());
        (await client.ReceiveAllAsync(other)).ShouldBe("quit");
        await echo.AllGoneAsync();
    }

    [Theory]
    [InlineData("streamtype", "other", "port", "80")]
    [InlineData("streamtype", "data", "port", "0")]
    [InlineData("streamtype", "data", "port", "eighty")]
    [InlineData("streamtype", "data", "other", "80")]
    public async Task Streams_with_other_headers_are_refused(string name, string value, string name2, string value2)
    {
        using var socket = await server.ConnectTunnelAsync(Path, Tunnel);
        var client = new SpdyClient(socket);
        var stream = await client.OpenAsync(new Dictionary<string, string> { [name] = value, [name2] = value2 });
        await client.RefusedAsync(stream);
    }

    [Fact]
    public async Task What_is_no_SPDY_ends_the_tunnel()
    {
        using var socket = await server.ConnectTunnelAsync(Path, Tunnel);
        await socket.SendAsync("\u00ff\u00ff a frame of SPDY/17343"u8.ToArray(), WebSocketMessageType.Binary, true, CancellationToken.None);
        var buffer = new byte[1024];
        while ((await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None)).MessageType != WebSocketMessageType.Close)
        {
        }
    }

    [Fact]
    public async Task A_server_that_stops_cuts_tunnels()
    {
        using var socket = await server.ConnectTunnelAsync(Path, Tunnel);
        var client = new SpdyClient(socket);
        await client.OpenAsync("error", 80, 0);
        await client.OpenAsync("data", 80, 0);
        await server.DisposeAsync();
        await echo.AllGoneAsync();
    }

    private static string Message(JsonObject status) => status["message"]!.GetValue<string>();

    /// <summary>Gives back what it gets, until the client has sent all or has sent "quit".</summary>
    private sealed class EchoServer : IAsyncDisposable
    {
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);
        private readonly List<Task> connections = [];
        private readonly Task accepting;

        public EchoServer()
        {
            listener.Start();
            accepting = AcceptAsync();
        }

        public async Task<Stream> ConnectAsync(CancellationToken token)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(listener.LocalEndpoint, token);
            return new NetworkStream(socket, ownsSocket: true);
        }

        /// <summary>Waits until all connections that there were have ended.</summary>
        public async Task AllGoneAsync()
        {
            Task[] all;
            lock (connections) all = [.. connections];
            await Task.WhenAll(all).WaitAsync(TimeSpan.FromSeconds(60));
        }

        public async ValueTask DisposeAsync()
        {
            listener.Stop();
            await accepting;
            listener.Dispose();
        }

        private async Task AcceptAsync()
        {
            try
            {
                while (true)
                {
                    var client = await listener.AcceptTcpClientAsync();
                    lock (connections) connections.Add(ServeAsync(client));
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // Stopped.
            }
        }

        private static async Task ServeAsync(TcpClient client)
        {
            using (client)
            {
                var stream = client.GetStream();
                var buffer = new byte[8192];
                try
                {
                    while (await stream.ReadAsync(buffer) is > 0 and var read)
                    {
                        await stream.WriteAsync(buffer.AsMemory(0, read));
                        if (Encoding.ASCII.GetString(buffer, 0, read).EndsWith("quit", StringComparison.Ordinal)) return;
                    }
                }
                catch (IOException)
                {
                    // Reset.
                }
            }
        }
    }
}

/// <summary>As much of a SPDY client as port-forward needs.</summary>
internal sealed class SpdyClient(WebSocket socket)
{
    private readonly Dictionary<uint, StringBuilder> received = [];
    private readonly HashSet<uint> ended = [];
    private readonly HashSet<uint> replied = [];
    private readonly HashSet<uint> reset = [];
    private readonly List<byte> bytes = [];
    private uint next = 1;
    private bool begun;

    public Task<uint> OpenAsync(string type, int port, int request) => OpenAsync(new() { ["streamtype"] = type, ["port"] = $"{port}", ["requestid"] = $"{request}" });

    public async Task<uint> OpenAsync(Dictionary<string, string> headers)
    {
        var id = next;
        next += 2;
        var block = new List<byte>(Number(headers.Count));
        foreach (var (name, value) in headers) block.AddRange([.. Number(name.Length), .. Encoding.ASCII.GetBytes(name), .. Number(value.Length), .. Encoding.ASCII.GetBytes(value)]);
        byte[] begin = begun ? [] : [0x78, 0x01];
        begun = true;
        await WriteAsync(SpdyTests.Frame.Syn(id, [.. begin, .. SpdyHeaderReader.Stored([.. block])]));
        received[id] = new StringBuilder();
        return id;
    }

    public async Task SendAsync(uint id, byte[] data)
    {
        foreach (var part in data.Chunk(30_000)) await WriteAsync(SpdyTests.Frame.Data(id, 0, part));
    }

    public Task EndAsync(uint id) => WriteAsync(SpdyTests.Frame.Data(id, 1, []));

    public Task ResetAsync(uint id) => WriteAsync(SpdyTests.Frame.Control(3, [.. Number((int)id), 0, 0, 0, 5]));

    public async Task<string> ReceiveAllAsync(uint id)
    {
        while (!ended.Contains(id)) await ReadFrameAsync();
        replied.ShouldContain(id);
        return received[id].ToString();
    }

    public async Task RefusedAsync(uint id)
    {
        while (!reset.Contains(id)) await ReadFrameAsync();
        replied.ShouldNotContain(id);
    }

    private async Task ReadFrameAsync()
    {
        await FillAsync(8);
        var (control, id, length) = (bytes[0] >= 0x80, (uint)Int(0) & 0x7FFFFFFF, Int(4) & 0xFFFFFF);
        var (type, flags) = (bytes[3], bytes[4]);
        await FillAsync(8 + length);
        var payload = bytes.GetRange(8, length).ToArray();
        if (!control)
        {
            ended.ShouldNotContain(id);
            received[id].Append(Encoding.ASCII.GetString(payload));
            if (flags == 1) ended.Add(id);
        }
        else if (type == 2)
        {
            replied.Add((uint)Int(8));
        }
        else if (type == 3)
        {
            reset.Add((uint)Int(8));
        }

        bytes.RemoveRange(0, 8 + length);
    }

    private async Task FillAsync(int count)
    {
        var buffer = new byte[64 * 1024];
        while (bytes.Count < count)
        {
            var result = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(60));
            result.MessageType.ShouldBe(WebSocketMessageType.Binary);
            bytes.AddRange(buffer.AsSpan(0, result.Count));
        }
    }

    private Task WriteAsync(byte[] frame) => socket.SendAsync(frame, WebSocketMessageType.Binary, true, CancellationToken.None);

    private int Int(int at) => (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];

    private static byte[] Number(int number) => [(byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number];
}
