namespace Podkit.ApiServer.Authentication.Tokens;

/// <summary>What a service-account token says. Times are seconds since 1970.</summary>
internal sealed record TokenClaims
{
    public required string Issuer { get; init; }

    public required string Subject { get; init; }

    public required IReadOnlyList<string> Audiences { get; init; }

    public required long IssuedAt { get; init; }

    public required long NotBefore { get; init; }

    public required long Expires { get; init; }

    /// <summary>The token's own id (<c>jti</c>).</summary>
    public required string Id { get; init; }

    public required string Namespace { get; init; }

    public required TokenReference ServiceAccount { get; init; }

    public TokenReference? Pod { get; init; }

    public TokenReference? Secret { get; init; }

    public TokenReference? Node { get; init; }

    /// <summary>When the client should have fetched a new token, for tokens whose life was extended.</summary>
    public long? WarnAfter { get; init; }
}
