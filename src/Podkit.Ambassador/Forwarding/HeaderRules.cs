using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Podkit.Ambassador.Forwarding;

/// <summary>Which headers go through.</summary>
internal static class HeaderRules
{
    /// <summary>What belongs to one connection, and what the ambassador says itself.</summary>
    private static readonly FrozenSet<string> HopByHop = new[]
    {
        "Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "HTTP2-Settings",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>What only someone in front of the client could truthfully say: of a client it could be made up, and would stand in audit logs.</summary>
    private static readonly FrozenSet<string> Claims = new[] { "Forwarded", "Via", "X-Real-IP", "Client-IP", "True-Client-IP" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static bool IsHopByHop(string name) => HopByHop.Contains(name);

    public static bool IsImpersonation(string name) => name.StartsWith("Impersonate-", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a request's header goes to the server; those with a length or a host are written by whoever sends.</summary>
    public static bool PassesToServer(string name, AmbassadorOptions options)
    {
        switch (name.Length > 0 ? name[0] | 0x20 : 0)
        {
            case 'c':
                return !name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase) && !HopByHop.Contains(name) && !Claims.Contains(name);
            case 'h':
                return !name.Equals("Host", StringComparison.OrdinalIgnoreCase) && !HopByHop.Contains(name);
            case 'e':
                return !name.Equals("Expect", StringComparison.OrdinalIgnoreCase);
            case 'i':
                return options.Impersonation == ImpersonationHeaders.Forward || !IsImpersonation(name);
            case 'a':
                return options.ClientAuthorization == ClientAuthorization.Allow || !name.Equals("Authorization", StringComparison.OrdinalIgnoreCase);
            case 'x':
                return !name.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase) && !name.StartsWith("X-Remote-", StringComparison.OrdinalIgnoreCase) && !Claims.Contains(name);
            case ':':
                return false;
            default:
                return !HopByHop.Contains(name) && !Claims.Contains(name);
        }
    }

    /// <summary>Whether a name stands in a <c>Connection</c> header.</summary>
    public static bool IsNamed(StringValues connection, string name)
    {
        foreach (var value in connection)
        {
            if (value is null || value.Length < name.Length) continue;
            foreach (var part in value.AsSpan().Split(','))
            {
                if (value.AsSpan(part).Trim().Equals(name, StringComparison.OrdinalIgnoreCase)) return true;
            }
        }

        return false;
    }

    /// <summary>Null when a request may go on, else why not.</summary>
    public static Refusal? Refuse(IHeaderDictionary headers, AmbassadorOptions options)
    {
        if (options.ClientAuthorization == ClientAuthorization.Forbid && headers.Authorization.Count > 0)
        {
            return Refusal.Forbidden("the request carries an Authorization header: this ambassador speaks for its pod only; leave the header out (or start it with --client-authorization allow)");
        }

        if (options.Impersonation != ImpersonationHeaders.Refuse) return null;
        foreach (var header in headers)
        {
            if (IsImpersonation(header.Key)) return Refusal.Forbidden("the request carries Impersonate- headers, which this ambassador does not pass on: without them it would run with the pod's own rights");
        }

        return null;
    }
}
