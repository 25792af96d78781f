using System.Text.Json;

namespace Podkit.ApiServer.Authentication.Tokens;

/// <summary>Reads the claims of a service-account token from its payload.</summary>
internal static class ClaimsReader
{
    /// <summary>The claims, or null when one that every service-account token has is missing or malformed.</summary>
    public static TokenClaims? Read(JsonElement payload)
    {
        if (!payload.TryGetProperty("kubernetes.io", out var cluster) || cluster.ValueKind != JsonValueKind.Object) return null;
        if (Text(payload, "iss") is not { } issuer || Text(payload, "sub") is not { } subject || Audiences(payload) is not { } audiences) return null;
        if (Seconds(payload, "exp") is not { } expires || Text(cluster, "namespace") is not { Length: > 0 } ns) return null;
        if (!Reference(cluster, "serviceaccount", out var serviceAccount) || serviceAccount is null) return null;
        if (!Reference(cluster, "pod", out var pod) || !Reference(cluster, "secret", out var secret) || !Reference(cluster, "node", out var node)) return null;
        return new TokenClaims
        {
            Issuer = issuer,
            Subject = subject,
            Audiences = audiences,
            IssuedAt = Seconds(payload, "iat") ?? 0,
            NotBefore = Seconds(payload, "nbf") ?? 0,
            Expires = expires,
            Id = Text(payload, "jti") ?? "",
            Namespace = ns,
            ServiceAccount = serviceAccount,
            Pod = pod,
            Secret = secret,
            Node = node,
            WarnAfter = Seconds(cluster, "warnafter"),
        };
    }

    /// <summary>The string of that name, or null.</summary>
    /// <exception cref="InvalidOperationException">It is no Unicode text.</exception>
    internal static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long? Seconds(JsonElement element, string name)
    {
        if (!element.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.Number) return null;
        if (value.TryGetInt64(out var whole)) return Math.Abs(whole) < 1L << 50 ? whole : null;
        return value.TryGetDouble(out var number) && Math.Abs(number) < 1L << 50 ? (long)number : null;
    }

    /// <summary>A string or a list of strings.</summary>
    private static List<string>? Audiences(JsonElement payload)
    {
        if (!payload.TryGetProperty("aud", out var value)) return [];
        if (value.ValueKind == JsonValueKind.String) return [value.GetString()!];
        if (value.ValueKind != JsonValueKind.Array) return null;
        var audiences = new List<string>();
        foreach (var element in value.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.String) return null;
            audiences.Add(element.GetString()!);
        }

        return audiences;
    }

    /// <summary>False when the claim is there but malformed.</summary>
    private static bool Reference(JsonElement cluster, string name, out TokenReference? reference)
    {
        reference = null;
        if (!cluster.TryGetProperty(name, out var value)) return true;
        if (value.ValueKind != JsonValueKind.Object || Text(value, "name") is not { Length: > 0 } objectName) return false;
        reference = new TokenReference(objectName, Text(value, "uid") ?? "");
        return true;
    }
}
