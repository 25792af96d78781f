using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Podkit.Ambassador.Forwarding;
using Podkit.Ambassador.Paths;
using Podkit.Client;

namespace Podkit.Ambassador.Tunnels;

/// <summary>
/// Forwards requests that ask to leave HTTP: WebSocket, SPDY and whatever comes. Each has a connection of its own to the API server; once that has agreed,
/// bytes go both ways untouched.
/// </summary>
internal sealed partial class UpgradeForwarder(KubernetesClient client, AmbassadorOptions options, ILogger logger, CancellationToken stopped)
{
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(30);

    private readonly UpstreamAddress _address = new(client.Configuration.Server, options.AppendServerPath);
    private readonly string _host = client.Configuration.Server.Authority;

    public async Task ForwardAsync(ProxyExchange exchange, TunnelGate gate, RequestTarget target, string protocol)
    {
        if (exchange.HasBody(out var length) && length != 0)
        {
            await Refusal.BadRequest("a request that upgrades its connection cannot have a body").WriteAsync(exchange.Features).ConfigureAwait(false);
            return;
        }

        Stream? server = null;
        try
        {
            ResponseHead head;
            try
            {
                (server, head) = await OpenAsync(exchange, target, protocol).ConfigureAwait(false);
            }
            catch (Exception e) when (UpstreamFailure.Of(e, client.Configuration, exchange.Aborted) is { } refusal)
            {
                LogUpstream(refusal.Message);
                await refusal.WriteAsync(exchange.Features).ConfigureAwait(false);
                return;
            }

            if (head.Code == 101) await TunnelAsync(exchange, gate, server, head).ConfigureAwait(false);
            else await AnswerAsync(exchange, server, head).ConfigureAwait(false);
        }
        finally
        {
            if (server is not null) await server.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Asks the API server; once more with a new token when it refuses the one it was given.</summary>
    private async Task<(Stream Server, ResponseHead Head)> OpenAsync(ProxyExchange exchange, RequestTarget target, string protocol)
    {
        using var limit = new CancellationTokenSource(ConnectLimit, client.Options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, exchange.Aborted, stopped);
        try
        {
            var own = options.ClientAuthorization == ClientAuthorization.Allow && exchange.Headers.Authorization.Count > 0;
            var token = own ? null : await client.GetTokenAsync(null, either.Token).ConfigureAwait(false);
            var (server, head) = await AskAsync(exchange, target, protocol, token, either.Token).ConfigureAwait(false);
            if (head.Code != 401 || token is null || await client.GetTokenAsync(token, either.Token).ConfigureAwait(false) is not { } renewed) return (server, head);
            await server.DisposeAsync().ConfigureAwait(false);
            return await AskAsync(exchange, target, protocol, renewed, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested)
        {
            throw new KubernetesConnectionException(KubernetesConnectionError.TimedOut, $"{client.Configuration.Server} did not answer the request to upgrade within {ConnectLimit.TotalSeconds:0} s", e);
        }
    }

    private async Task<(Stream Server, ResponseHead Head)> AskAsync(ProxyExchange exchange, RequestTarget target, string protocol, string? token, CancellationToken cancellationToken)
    {
        var server = await client.ConnectAsync(options.KeepAlive > TimeSpan.Zero ? options.KeepAlive : null, cancellationToken).ConfigureAwait(false);
        try
        {
            await server.WriteAsync(Head(exchange, target, protocol, token), cancellationToken).ConfigureAwait(false);
            await server.FlushAsync(cancellationToken).ConfigureAwait(false);
            return (server, await ResponseHead.ReadAsync(server, cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private byte[] Head(ProxyExchange exchange, RequestTarget target, string protocol, string? token)
    {
        var text = new StringBuilder(512)
            .Append(exchange.Request.Method).Append(' ').Append(_address.BasePath).Append(target.Raw).Append(" HTTP/1.1\r\nHost: ").Append(_host)
            .Append("\r\nConnection: Upgrade\r\nUpgrade: ").Append(protocol).Append("\r\n");
        if (token is not null) text.Append("Authorization: Bearer ").Append(token).Append("\r\n");
        if (exchange.Headers.ContentLength == 0) text.Append("Content-Length: 0\r\n");
        foreach (var (name, values) in exchange.Headers)
        {
            if (!HeaderRules.PassesToServer(name, options)) continue;
            foreach (var value in values) text.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        return Encoding.UTF8.GetBytes(text.Append("\r\n").ToString());
    }

    private async Task TunnelAsync(ProxyExchange exchange, TunnelGate gate, Stream server, ResponseHead head)
    {
        exchange.Response.Headers.Connection = "close";
        var tunnel = new Tunnel(gate, server);
        if (!await tunnel.RunAsync(head, stopped).ConfigureAwait(false)) gate.Abort();
    }

    /// <summary>The API server has not agreed: its answer goes to the client like any other.</summary>
    private static async Task AnswerAsync(ProxyExchange exchange, Stream server, ResponseHead head)
    {
        exchange.Response.StatusCode = head.Code;
        exchange.Response.ReasonPhrase = head.Reason;
        foreach (var (name, value) in head.Headers)
        {
            if (!HeaderRules.IsHopByHop(name)) exchange.Response.Headers.Append(name, value);
        }

        if (exchange.Request.Method == "HEAD" || head.Code is 204 or 304) return;
        var writer = exchange.Features.GetRequiredFeature<IHttpResponseBodyFeature>().Writer;
        var reader = PipeReader.Create(new PrefixedStream(head.Rest, server));
        if (head["Transfer-Encoding"]?.EndsWith("chunked", StringComparison.OrdinalIgnoreCase) == true) await ChunkedReader.CopyAsync(reader, writer, exchange.Aborted).ConfigureAwait(false);
        else if (head["Content-Length"] is { } text)
        {
            if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var length)) throw new IOException("the answer's Content-Length is not a number");
            await ChunkedReader.BytesAsync(reader, writer, length, exchange.Aborted).ConfigureAwait(false);
        }
        else await reader.CopyToAsync(writer, exchange.Aborted).ConfigureAwait(false);
    }

    [LoggerMessage(3, LogLevel.Warning, "{Problem}")]
    private partial void LogUpstream(string problem);
}
