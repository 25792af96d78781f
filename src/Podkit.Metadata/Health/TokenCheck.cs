using System.Buffers.Text;
using System.Text.Json;

namespace Podkit.Metadata.Health;

/// <summary>Whether a token can be read and is still valid. Nothing of it is told but its times.</summary>
internal static class TokenCheck
{
    private const int LongestToken = 64 * 1024;

    public static async Task RunAsync(string file, PodHealthOptions options, DateTimeOffset now, HealthFindings findings, CancellationToken cancellationToken)
    {
        byte[] token;
        try
        {
            if (!File.Exists(file))
            {
                findings.Bad($"there is no token {file}");
                return;
            }

            token = await SmallFile.ReadAsync(file, LongestToken, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            findings.Bad($"token {file} cannot be read: {e.Message}");
            return;
        }

        if (token.AsSpan().Trim(" \r\n\t"u8).IsEmpty) findings.Bad($"token {file} is empty");
        else if (!TryReadTimes(token, out var issued, out var expires)) findings.Good("token present, of a kind that does not say when it expires");
        else if (expires is not { } end) findings.Good("token never expires");
        else Judge(file, options, now, issued, end, findings);
    }

    private static void Judge(string file, PodHealthOptions options, DateTimeOffset now, DateTimeOffset? issued, DateTimeOffset expires, HealthFindings findings)
    {
        findings.Data["tokenExpires"] = expires;
        if (expires <= now) findings.Bad($"token {file} expired at {expires:u}");
        else if (issued is { } start && now - start > (expires - start) * options.TokenRenewalPart)
            findings.Doubtful($"token {file} expires at {expires:u} and was not renewed in time: a kubelet renews it after 80 % of its life");
        else findings.Good($"token valid until {expires:u}");
    }

    private static bool TryReadTimes(ReadOnlySpan<byte> token, out DateTimeOffset? issued, out DateTimeOffset? expires)
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
        catch (JsonException)
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
