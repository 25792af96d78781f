using System.Buffers.Text;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Podkit.ApiServer.Authentication;

/// <summary>Finds the bearer token of a request.</summary>
internal static class BearerTokens
{
    private const string Scheme = "Bearer";
    private const string WebSocketProtocol = "base64url.bearer.authorization.k8s.io.";

    /// <summary>The token of the Authorization header or, for browsers, of a WebSocket subprotocol; null when there is none.</summary>
    public static string? Find(IHeaderDictionary headers) => OfAuthorization(headers.Authorization) ?? OfWebSocket(headers);

    private static string? OfAuthorization(StringValues header)
    {
        if (header.Count == 0 || header[0] is not { } text) return null;
        var parts = text.Trim().Split(' ', 3, StringSplitOptions.None);
        return parts.Length >= 2 && parts[0].Equals(Scheme, StringComparison.OrdinalIgnoreCase) && parts[1].Length > 0 ? parts[1] : null;
    }

    private static string? OfWebSocket(IHeaderDictionary headers)
    {
        if (!headers.Upgrade.ToString().Equals("websocket", StringComparison.OrdinalIgnoreCase)) return null;
        var protocols = headers.SecWebSocketProtocol.SelectMany(v => (v ?? "").Split(',', StringSplitOptions.TrimEntries)).ToList();
        var carriers = protocols.Where(p => p.StartsWith(WebSocketProtocol, StringComparison.Ordinal)).ToList();
        // The subprotocol that carries the token must not be the one that is chosen: another has to be there.
        if (carriers.Count != 1 || protocols.Count == 1) return null;
        var encoded = carriers[0].AsSpan(WebSocketProtocol.Length);
        if (encoded.Contains('=') || !Base64Url.IsValid(encoded)) return null;
        var bytes = Base64Url.DecodeFromChars(encoded);
        if (bytes.Length == 0 || !Ascii.IsValid(bytes)) return null;
        headers.SecWebSocketProtocol = string.Join(", ", protocols.Where(p => p != carriers[0]));
        return Encoding.ASCII.GetString(bytes);
    }
}
