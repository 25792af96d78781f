namespace Podkit.ApiServer.Authentication.Tokens;

/// <summary>Tells whom a bearer token speaks for. Never throws, whatever the token.</summary>
internal interface ITokenAuthenticator
{
    /// <param name="token">The token as the client sent it.</param>
    /// <param name="audiences">The audiences that the asker is; the token must be for one of them.</param>
    TokenResult Authenticate(string token, IReadOnlyList<string> audiences);
}
