using System.Buffers.Text;
using System.Text.Json;

namespace Podkit.Metadata.Health;

/// <summary>When a token was issued and when it expires. It is not verified: that is the API server's to do.</summary>
internal static class TokenTimes
{
    public static bool TryRead(ReadOnlySpan<byte> token, out DateTimeOffset? issued, out DateTimeOffset? expires)
    {
        (issued, expires) = (null, null);
        var first = token.IndexOf((byte)'.');
        var last = token.LastIndexOf((byte)'.');
        if (first < 0 || last <= first + 1 || !Base64Url.IsValid(token[(first + 1)..last])) return false;
        try
        {
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromUtf8(token[(first + 1)..last]));
            if (claims.RootElement.ValueKind != JsonValueKind.Object) return false;
            issued = Time(claims.RootElement, "iat");
            expires = Time(claims.RootElement, "exp");
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false; // Some other kind of token, of which nothing is to be told.
        }
    }

    private static DateTimeOffset? Time(JsonElement claims, string name)
    {
        if (!claims.TryGetProperty(name, out var claim) || claim.ValueKind != JsonValueKind.Number || !claim.TryGetDouble(out var seconds)) return null;
        return seconds is > 0 and < 253402300799 ? DateTimeOffset.UnixEpoch.AddSeconds(seconds) : null;
    }
}
