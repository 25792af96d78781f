namespace Podkit.ApiServer.Authentication.Tokens;

/// <summary>What a new token is to say.</summary>
internal sealed record TokenGrant
{
    public required string Namespace { get; init; }

    public required TokenReference ServiceAccount { get; init; }

    public required IReadOnlyList<string> Audiences { get; init; }

    public required long LifeSeconds { get; init; }

    /// <summary>After how long the client should have a new one, for tokens whose life was extended.</summary>
    public long? WarnAfterSeconds { get; init; }

    public TokenReference? Pod { get; init; }

    public TokenReference? Secret { get; init; }

    public TokenReference? Node { get; init; }
}
