using System.Globalization;
using System.Net.WebSockets;
using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Requests;

namespace Podkit.ApiServer.Streaming.Ports;

/// <summary>Connects a client to ports of a pod, over a WebSocket.</summary>
internal static class PortForwardHandler
{
    public static async Task HandleAsync(ApiRequest request)
    {
        var target = StreamTarget.Find(request, out _);
        var protocol = WebSocketUpgrade.Choose(request.Http, PortTunnel.Protocol, Channels.V4);
        var ports = protocol == Channels.V4 ? PortsOf(request) : [];
        var webSocket = await WebSocketUpgrade.AcceptAsync(request.Http, protocol).ConfigureAwait(false);
        if (protocol == Channels.V4) await ServeChannelsAsync(request, target, webSocket, ports).ConfigureAwait(false);
        else await ServeTunnelAsync(request, target, webSocket).ConfigureAwait(false);
    }

    private static async Task ServeChannelsAsync(ApiRequest request, StreamTarget target, WebSocket webSocket, IReadOnlyList<int> ports)
    {
        using var socket = new ChannelSocket(webSocket);
        await new PortChannels(socket, ports, target, request.Services.Time).RunAsync(request.Aborted, request.Services.Stopping).ConfigureAwait(false);
    }

    private static async Task ServeTunnelAsync(ApiRequest request, StreamTarget target, WebSocket webSocket)
    {
        using (webSocket)
        {
            var stopping = request.Services.Stopping;
            using var life = CancellationTokenSource.CreateLinkedTokenSource(request.Aborted, stopping);
            var transport = new WebSocketStream(webSocket, request.Services.Time);
            await using (transport.ConfigureAwait(false))
            {
                await new PortTunnel(transport, target, request.Services.Time).RunAsync(life.Token).ConfigureAwait(false);
                if (!life.IsCancellationRequested) await transport.CloseAsync(WebSocketCloseStatus.NormalClosure, null, request.Aborted).ConfigureAwait(false);
            }
        }
    }

    private static List<int> PortsOf(ApiRequest request)
    {
        var ports = new List<int>();
        foreach (var text in request.QueryAll("ports").SelectMany(value => value.Split(',')))
        {
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port > 65535) throw ApiException.BadRequest($"unable to parse \"{text}\" as a port");
            ports.Add(port > 0 ? port : throw ApiException.BadRequest($"port \"{text}\" must be > 0"));
        }

        if (ports.Count == 0) throw ApiException.BadRequest("query parameter \"ports\" is required");
        return ports.Count <= PortChannels.MostPorts ? ports : throw ApiException.BadRequest($"at most {PortChannels.MostPorts} ports can be forwarded over one connection, not {ports.Count}");
    }
}
