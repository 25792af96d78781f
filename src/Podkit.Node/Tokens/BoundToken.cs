namespace Podkit.Node.Tokens;

/// <summary>A service account's token for one pod. Prints without its secret.</summary>
internal sealed class BoundToken(string value, DateTimeOffset issuedAt, DateTimeOffset expiresAt, DateTimeOffset refreshAt)
{
    /// <summary>The token itself; never to be printed.</summary>
    public string Value => value;

    public DateTimeOffset IssuedAt => issuedAt;

    public DateTimeOffset ExpiresAt => expiresAt;

    /// <summary>When a new one is asked for.</summary>
    public DateTimeOffset RefreshAt => refreshAt;

    /// <summary>The same token, asked for again later.</summary>
    public BoundToken WithRefreshAt(DateTimeOffset later) => new(value, issuedAt, expiresAt, later);

    public override string ToString() => $"a token that expires at {expiresAt:O}";
}
