using Microsoft.AspNetCore.Http;

namespace Podkit.Ambassador.Tunnels;

/// <summary>Tells real upgrades from headers that merely offer HTTP/2, as Java's client and curl --http2 do.</summary>
internal static class UpgradeRequest
{
    /// <summary>The value of Upgrade when the request asks to leave HTTP, else null.</summary>
    public static string? Of(IHeaderDictionary headers)
    {
        if (headers.Upgrade.Count == 0 || !Forwarding.HeaderRules.IsNamed(headers.Connection, "Upgrade")) return null;
        var protocols = headers.Upgrade.ToString();
        foreach (var part in protocols.AsSpan().Split(','))
        {
            var protocol = protocols.AsSpan(part).Trim();
            if (protocol.Length > 0 && !protocol.Equals("h2c", StringComparison.OrdinalIgnoreCase) && !protocol.StartsWith("TLS/", StringComparison.OrdinalIgnoreCase)) return protocols;
        }

        return null;
    }
}
