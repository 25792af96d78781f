using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Podkit.ApiServer.Errors;

namespace Podkit.ApiServer.Streaming;

/// <summary>Turns a request into a WebSocket (RFC 6455). All checks come first: once the connection is no longer HTTP, nothing can be refused with a Status.</summary>
internal static class WebSocketUpgrade
{
    private const string Version = "13";
    private const int KeyBytes = 16;
    private const int LongestQuote = 64;

    /// <summary>Tells whether the other side is still there, also when neither side has anything to say.</summary>
    private static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(15);

    /// <summary>The subprotocol for the connection: the first of the client's that the server has.</summary>
    /// <exception cref="ApiException">The request cannot become a WebSocket of such a protocol.</exception>
    public static string Choose(HttpContext http, params ReadOnlySpan<string> supported)
    {
        var headers = http.Request.Headers;
        if (!HasToken(headers.Connection, "upgrade") || StringValues.IsNullOrEmpty(headers.Upgrade)) throw ApiException.BadRequest("Upgrade request required");
        if (!HasToken(headers.Upgrade, "websocket"))
            throw ApiException.BadRequest($"this server upgrades connections to WebSocket only, not to {Quote(headers.Upgrade.ToString())}: use kubectl 1.30 or later, or another client that speaks {Names(supported)}");
        if (!HttpMethods.IsGet(http.Request.Method)) throw ApiException.BadRequest("a WebSocket begins with a GET");
        if (headers.SecWebSocketVersion != Version) throw ApiException.BadRequest($"Sec-WebSocket-Version must be {Version}");
        if (!IsKey(headers.SecWebSocketKey.ToString())) throw ApiException.BadRequest($"Sec-WebSocket-Key must be {KeyBytes} bytes in base64");
        if (http.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true }) throw ApiException.BadRequest($"a WebSocket needs HTTP/1.1, not {http.Request.Protocol}");
        var offered = headers.SecWebSocketProtocol.SelectMany(line => (line ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).ToList();
        foreach (var protocol in offered)
        {
            if (supported.Contains(protocol)) return protocol;
        }

        throw ApiException.BadRequest(offered.Count == 0
            ? $"Sec-WebSocket-Protocol is missing; supported: {Names(supported)}"
            : $"Sec-WebSocket-Protocol {Quote(string.Join(", ", offered))} is not supported; supported: {Names(supported)}");
    }

    /// <summary>Makes the WebSocket of a request that <see cref="Choose"/> has found in order.</summary>
    /// <exception cref="ApiException">There are too many of them already.</exception>
    public static async Task<WebSocket> AcceptAsync(HttpContext http, string protocol)
    {
        var headers = http.Response.Headers;
        headers.Upgrade = "websocket";
        headers.SecWebSocketAccept = Accept(http.Request.Headers.SecWebSocketKey.ToString());
        headers.SecWebSocketProtocol = protocol;
        Stream stream;
        try
        {
            stream = await http.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync().ConfigureAwait(false);
        }
        catch (InvalidOperationException) when (!http.Response.HasStarted)
        {
            http.Response.Clear();
            throw ApiException.TooManyRequests("too many connections to containers are open, please try again later.", 1);
        }

        // Not told the subprotocol: .NET takes port-forward's for a mistake, as it holds a slash.
        return WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true, KeepAliveInterval = SignOfLife });
    }

    private static bool HasToken(StringValues header, string token) =>
        header.Any(line => (line ?? "").Split(',', StringSplitOptions.TrimEntries).Contains(token, StringComparer.OrdinalIgnoreCase));

    private static bool IsKey(string key)
    {
        Span<byte> bytes = stackalloc byte[KeyBytes + 2];
        return key.Length == 24 && Convert.TryFromBase64String(key, bytes, out var length) && length == KeyBytes;
    }

    private static string Names(ReadOnlySpan<string> protocols) => string.Join(", ", protocols.ToArray());

    private static string Quote(string value) => $"\"{(value.Length > LongestQuote ? value[..LongestQuote] + "…" : value)}\"";

    /// <summary>Proves to the client that the other side knows WebSockets. SHA-1 is what the RFC says; nothing is kept secret by it.</summary>
    private static string Accept(string key)
    {
#pragma warning disable CA5350 // The protocol asks for it.
        return Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
    }
}
