using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Podkit.ApiServer.Tests.Hosting;

namespace Podkit.ApiServer.Tests.Streaming;

/// <summary>A server with a node whose kubelet is the test's, and pods: <c>one</c> and <c>two</c> on the node, <c>nowhere</c> on none.</summary>
internal sealed class StreamingServer : IAsyncDisposable
{
    public const string Pods = "/api/v1/namespaces/default/pods";

    private StreamingServer(TestServer server, FakeKubelet kubelet) => (Server, Kubelet) = (server, kubelet);

    public TestServer Server { get; }

    public FakeKubelet Kubelet { get; }

    public static async Task<StreamingServer> StartAsync()
    {
        var kubelet = new FakeKubelet();
        var server = new StreamingServer(await TestServer.StartAsync(new ApiServerOptions { Kubelet = kubelet }), kubelet);
        await server.CreateAsync("/api/v1/nodes", """{"apiVersion":"v1","kind":"Node","metadata":{"name":"n1"}}""");
        await server.CreatePodAsync("one", "n1", "main");
        await server.CreatePodAsync("two", "n1", "main", "asleep");
        await server.CreatePodAsync("nowhere", "", "main");
        return server;
    }

    public Task CreatePodAsync(string name, string node, params string[] containers)
    {
        var list = string.Join(',', containers.Select(c => $$"""{"name":"{{c}}","image":"i"}"""));
        var place = node.Length == 0 ? "" : $$""","nodeName":"{{node}}" """;
        return CreateAsync(Pods, $$"""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"{{name}}"},"spec":{"containers":[{{list}}],"automountServiceAccountToken":false{{place}} } }""");
    }

    public async Task CreateAsync(string path, string body)
    {
        var (code, answer) = await Server.SendAsync("POST", path, body);
        ((int)code).ShouldBe(201, answer.ToJsonString());
    }

    /// <summary>Asks for an upgrade that is refused.</summary>
    public async Task<JsonObject> RefusedAsync(string method, string path, string? upgrade = "websocket", string? protocol = "v5.channel.k8s.io", Action<HttpRequestMessage>? more = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (upgrade is not null)
        {
            request.Headers.Connection.Add("Upgrade");
            request.Headers.TryAddWithoutValidation("Upgrade", upgrade);
        }

        request.Headers.TryAddWithoutValidation("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
        request.Headers.TryAddWithoutValidation("Sec-WebSocket-Version", "13");
        if (protocol is not null) request.Headers.TryAddWithoutValidation("Sec-WebSocket-Protocol", protocol);
        more?.Invoke(request);
        using var response = await Server.Admin.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        ((int)response.StatusCode).ShouldBeGreaterThanOrEqualTo(400);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject();
    }

    public async Task<ClientWebSocket> ConnectAsync(string path, params string[] protocols)
    {
        var socket = new ClientWebSocket();
        foreach (var protocol in protocols) socket.Options.AddSubProtocol(protocol);
        await socket.ConnectAsync(new Uri(Server.Server.Address.ToString().Replace("https", "wss", StringComparison.Ordinal).TrimEnd('/') + path), Server.Admin, CancellationToken.None);
        return socket;
    }

    /// <summary>Connects with a subprotocol that .NET's own client takes for a mistake.</summary>
    public async Task<WebSocket> ConnectTunnelAsync(string path, string protocol)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Connection.Add("Upgrade");
        request.Headers.TryAddWithoutValidation("Upgrade", "websocket");
        request.Headers.TryAddWithoutValidation("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
        request.Headers.TryAddWithoutValidation("Sec-WebSocket-Version", "13");
        request.Headers.TryAddWithoutValidation("Sec-WebSocket-Protocol", protocol);
        var response = await Server.Admin.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        ((int)response.StatusCode).ShouldBe(101);
        response.Headers.GetValues("Sec-WebSocket-Protocol").ShouldBe([protocol]);
        response.Headers.GetValues("Sec-WebSocket-Accept").ShouldBe(["s3pPLMBiTxaQ9kYGzzhZRbK+xOo="]);
        return WebSocket.CreateFromStream(await response.Content.ReadAsStreamAsync(), new WebSocketCreationOptions());
    }

    public async ValueTask DisposeAsync() => await Server.DisposeAsync();
}

/// <summary>Whole messages of channels.</summary>
internal static class ChannelMessages
{
    /// <summary>The next message: its channel and text; null at the end.</summary>
    public static async Task<(int Channel, string Text)?> NextAsync(this WebSocket socket)
    {
        var buffer = new byte[64 * 1024];
        var length = 0;
        while (true)
        {
            var result = await socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(60));
            if (result.MessageType == WebSocketMessageType.Close) return null;
            length += result.Count;
            if (result.EndOfMessage) return (buffer[0], Encoding.UTF8.GetString(buffer, 1, length - 1));
        }
    }

    public static Task SayAsync(this WebSocket socket, byte channel, string text, bool ends = true) =>
        socket.SendAsync(new byte[] { channel }.Concat(Encoding.UTF8.GetBytes(text)).ToArray(), WebSocketMessageType.Binary, ends, CancellationToken.None);
}
