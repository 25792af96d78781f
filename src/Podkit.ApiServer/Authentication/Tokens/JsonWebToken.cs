using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Podkit.ApiServer.Authentication.Tokens;

/// <summary>Service-account claims as a signed JSON Web Token (JWS compact form) and back. Only what this server issues is read: ES256.</summary>
internal static class JsonWebToken
{
    /// <summary>Longer tokens are refused unread.</summary>
    public const int MaximumLength = 16 * 1024;

    private const string Algorithm = "ES256";

    /// <summary>A signed token.</summary>
    public static string Write(TokenClaims claims, TokenSigningKey key)
    {
        var signed = $"{Part(w => WriteHeader(w, key))}.{Part(w => WriteClaims(w, claims))}";
        return $"{signed}.{Base64Url.EncodeToString(key.Sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    /// <summary>Reads a token without believing it; null when it is no JSON Web Token of the form that this server issues.</summary>
    public static UnverifiedToken? Read(string token)
    {
        if (Split(token) is not var (header, payload, signature)) return null;
        if (DecodeBytes(token.AsSpan()[header]) is not { } head || DecodeBytes(token.AsSpan()[payload]) is not { } body || DecodeBytes(token.AsSpan()[signature]) is not { } bytes) return null;
        try
        {
            using var headerJson = JsonDocument.Parse(head);
            using var payloadJson = JsonDocument.Parse(body);
            if (!IsOurs(headerJson.RootElement, out var keyId) || payloadJson.RootElement.ValueKind != JsonValueKind.Object) return null;
            var issuer = ClaimsReader.Text(payloadJson.RootElement, "iss") ?? "";
            return new UnverifiedToken(issuer, keyId, ClaimsReader.Read(payloadJson.RootElement), Encoding.ASCII.GetBytes(token, 0, payload.End.Value), bytes);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // No JSON, or a string in it that is no Unicode text: no token of ours.
            return null;
        }
    }

    private static string Part(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return Base64Url.EncodeToString(buffer.WrittenSpan);
    }

    private static void WriteHeader(Utf8JsonWriter writer, TokenSigningKey key)
    {
        writer.WriteString("alg", Algorithm);
        writer.WriteString("kid", key.Id);
    }

    private static void WriteClaims(Utf8JsonWriter writer, TokenClaims claims)
    {
        writer.WriteStartArray("aud");
        foreach (var audience in claims.Audiences) writer.WriteStringValue(audience);
        writer.WriteEndArray();
        writer.WriteNumber("exp", claims.Expires);
        writer.WriteNumber("iat", claims.IssuedAt);
        writer.WriteString("iss", claims.Issuer);
        writer.WriteString("jti", claims.Id);
        writer.WriteStartObject("kubernetes.io");
        writer.WriteString("namespace", claims.Namespace);
        WriteReference(writer, "node", claims.Node);
        WriteReference(writer, "pod", claims.Pod);
        WriteReference(writer, "secret", claims.Secret);
        WriteReference(writer, "serviceaccount", claims.ServiceAccount);
        if (claims.WarnAfter is { } warnAfter) writer.WriteNumber("warnafter", warnAfter);
        writer.WriteEndObject();
        writer.WriteNumber("nbf", claims.NotBefore);
        writer.WriteString("sub", claims.Subject);
    }

    private static void WriteReference(Utf8JsonWriter writer, string name, TokenReference? reference)
    {
        if (reference is null) return;
        writer.WriteStartObject(name);
        writer.WriteString("name", reference.Name);
        if (reference.Uid.Length > 0) writer.WriteString("uid", reference.Uid);
        writer.WriteEndObject();
    }

    /// <summary>Where header, payload and signature stand; null when there are not exactly three parts of ASCII.</summary>
    private static (Range Header, Range Payload, Range Signature)? Split(string token)
    {
        if (token.Length > MaximumLength || !Ascii.IsValid(token)) return null;
        var first = token.IndexOf('.', StringComparison.Ordinal);
        var second = first < 1 ? -1 : token.IndexOf('.', first + 1);
        if (second < first + 2 || second + 1 == token.Length || token.IndexOf('.', second + 1) >= 0) return null;
        return (..first, (first + 1)..second, (second + 1)..);
    }

    private static bool IsOurs(JsonElement header, out string? keyId)
    {
        keyId = null;
        if (header.ValueKind != JsonValueKind.Object || ClaimsReader.Text(header, "alg") != Algorithm || header.TryGetProperty("crit", out _)) return false;
        keyId = ClaimsReader.Text(header, "kid");
        return true;
    }

    private static byte[]? DecodeBytes(ReadOnlySpan<char> part)
    {
        // Padding and white space, which the decoder would take, have no place in a token.
        if (part.ContainsAny("= \t\r\n") || !Base64Url.IsValid(part)) return null;
        return Base64Url.DecodeFromChars(part);
    }
}
