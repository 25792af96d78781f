namespace Podkit.ApiServer.Authentication.Tokens;

/// <summary>Asks several authenticators in turn; the first that knows the token answers.</summary>
internal sealed class TokenAuthenticators(params IReadOnlyList<ITokenAuthenticator> authenticators) : ITokenAuthenticator
{
    /// <inheritdoc/>
    public TokenResult Authenticate(string token, IReadOnlyList<string> audiences)
    {
        string? error = null;
        foreach (var authenticator in authenticators)
        {
            var result = authenticator.Authenticate(token, audiences);
            if (result.User is not null) return result;
            error ??= result.Error;
        }

        return new TokenResult(null, error);
    }
}
