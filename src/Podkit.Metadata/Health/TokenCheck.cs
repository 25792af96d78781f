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
        else if (!TokenTimes.TryRead(token, out var issued, out var expires)) findings.Good("token present, of a kind that does not say when it expires");
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
}
