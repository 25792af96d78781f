using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Podkit.Client.Http;

/// <summary>How a request asks to become a WebSocket (RFC 6455, 4.1), and how the answer agrees.</summary>
internal static class WebSocketHandshake
{
    private const string Magic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    public static void Ask(HttpRequestMessage request, IReadOnlyList<string> protocols)
    {
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        var headers = request.Headers;
        headers.TryAddWithoutValidation("Connection", "Upgrade");
        headers.TryAddWithoutValidation("Upgrade", "websocket");
        headers.TryAddWithoutValidation("Sec-WebSocket-Version", "13");
        headers.TryAddWithoutValidation("Sec-WebSocket-Key", Convert.ToBase64String(RandomNumberGenerator.GetBytes(16)));
        headers.TryAddWithoutValidation("Sec-WebSocket-Protocol", string.Join(", ", protocols));
    }

    /// <summary>The protocol that the server has chosen.</summary>
    /// <exception cref="KubernetesConnectionException">The answer is not that of a WebSocket server.</exception>
    public static string Agree(HttpResponseMessage response, IReadOnlyList<string> protocols)
    {
        var asked = response.RequestMessage!.Headers.GetValues("Sec-WebSocket-Key").First();
        if (Header(response, "Sec-WebSocket-Accept") != Accept(asked)) throw Bad("its Sec-WebSocket-Accept is not the answer to the key");
        var protocol = Header(response, "Sec-WebSocket-Protocol");
        return protocol is not null && protocols.Contains(protocol) ? protocol : throw Bad($"it chose the protocol \"{protocol}\" and not one of {string.Join(", ", protocols)}");
    }

    [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "RFC 6455 says SHA-1; nothing is kept safe by it.")]
    private static string Accept(string key) => Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + Magic)));

    private static string? Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault()?.Trim() : null;

    private static KubernetesConnectionException Bad(string what) => new(KubernetesConnectionError.Protocol, $"the server switched protocols, but not to a WebSocket that this client knows: {what}");
}
