namespace Podkit.Client.Credentials;

/// <summary>Where bearer tokens come from.</summary>
internal abstract class TokenSource : IDisposable
{
    /// <summary>The token to send now.</summary>
    public abstract ValueTask<string> GetAsync(CancellationToken cancellationToken);

    /// <summary>A token other than one that the server has refused, or null when there is none.</summary>
    public abstract ValueTask<string?> RenewAsync(string refused, CancellationToken cancellationToken);

    public virtual void Dispose()
    {
    }

    public static TokenSource? For(KubernetesClientConfiguration configuration, KubernetesClientOptions options) => configuration switch
    {
        // A token over plain HTTP is a token for everyone on the way.
        { Server.Scheme: "http" } => null,
        { TokenFile: { Length: > 0 } file } => new FileTokenSource(file, options),
        { Token: { Length: > 0 } token } => new FixedTokenSource(token.Trim()),
        _ => null,
    };
}

/// <summary>A token that never changes.</summary>
internal sealed class FixedTokenSource(string token) : TokenSource
{
    public override ValueTask<string> GetAsync(CancellationToken cancellationToken) => new(token);

    public override ValueTask<string?> RenewAsync(string refused, CancellationToken cancellationToken) => default;
}
