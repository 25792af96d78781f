using System.Net.WebSockets;

namespace Podkit.Client.Http;

/// <summary>Makes WebSockets of calls: verified and authenticated like any other, with the server's Status when it refuses.</summary>
internal static class ApiUpgrade
{
    private static readonly TimeSpan PingAfter = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PongWithin = TimeSpan.FromSeconds(15);

    public static async Task<WebSocket> UpgradeAsync(this ApiInvoker api, ApiCall call, CancellationToken cancellationToken)
    {
        var protocols = call.Upgrade ?? throw new ArgumentException("the call asks for no protocol", nameof(call));
        using var timeout = new CancellationTokenSource(call.Timeout ?? api.Options.RequestTimeout, api.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        HttpResponseMessage? response = null;
        try
        {
            response = await api.SendAsync(call, either.Token).ConfigureAwait(false);
            var protocol = WebSocketHandshake.Agree(response, protocols);
            var stream = await response.Content.ReadAsStreamAsync(either.Token).ConfigureAwait(false);
            return WebSocket.CreateFromStream(stream, new WebSocketCreationOptions
            {
                IsServer = false,
                SubProtocol = protocol,
                KeepAliveInterval = PingAfter,
                KeepAliveTimeout = PongWithin,
            });
        }
        catch (OperationCanceledException e) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            response?.Dispose();
            throw new KubernetesConnectionException(KubernetesConnectionError.TimedOut, $"the API server did not answer {ApiInvoker.Describe(call)} in time", e);
        }
        catch
        {
            response?.Dispose();
            throw;
        }
    }
}
