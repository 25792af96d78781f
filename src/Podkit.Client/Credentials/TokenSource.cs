namespace Podkit.Client.Credentials;

/// <summary>What to send now: a bearer token, or none when a client certificate is all there is.</summary>
/// <param name="Token">The token.</param>
/// <param name="Origin">What it came with, to tell it from a newer one.</param>
internal readonly record struct Credential(string? Token, object? Origin = null)
{
    public override string ToString() => Token is null ? "no token" : "a token";
}

/// <summary>Where bearer tokens come from.</summary>
internal abstract class TokenSource
{
    /// <summary>What is wrong with the source although the last good token still serves; null when nothing is.</summary>
    public virtual string? Problem => null;

    /// <summary>What to send now.</summary>
    public abstract ValueTask<Credential> GetAsync(CancellationToken cancellationToken);

    /// <summary>Something other than what the server has refused, or null when there is nothing else.</summary>
    public abstract ValueTask<Credential?> RenewAsync(Credential refused, CancellationToken cancellationToken);

    public static TokenSource? For(KubernetesClientConfiguration configuration, KubernetesClientOptions options, ExecCredentialPlugin? plugin) => configuration switch
    {
        // A token over plain HTTP is a token for everyone on the way.
        { Server.Scheme: "http" } => null,
        { TokenFile: { Length: > 0 } file } => new FileTokenSource(file, options),
        { Token: { Length: > 0 } token } => new FixedTokenSource(token.Trim()),
        _ => plugin is null ? null : new ExecTokenSource(plugin),
    };
}

/// <summary>A token that never changes.</summary>
internal sealed class FixedTokenSource(string token) : TokenSource
{
    public override ValueTask<Credential> GetAsync(CancellationToken cancellationToken) => new(new Credential(token));

    public override ValueTask<Credential?> RenewAsync(Credential refused, CancellationToken cancellationToken) => new((Credential?)null);
}
