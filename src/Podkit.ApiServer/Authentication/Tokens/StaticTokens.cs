using System.Security.Cryptography;
using System.Text;

namespace Podkit.ApiServer.Authentication.Tokens;

/// <summary>Tokens that are set when the server starts. They are compared by hash, in constant time.</summary>
internal sealed class StaticTokens : ITokenAuthenticator
{
    private readonly List<(byte[] Hash, UserInfo User)> tokens;
    private readonly IReadOnlyList<string> serverAudiences;

    /// <param name="tokens">Each token and whom it speaks for.</param>
    /// <param name="serverAudiences">The audiences of the API server: the only ones that these tokens are for.</param>
    public StaticTokens(IReadOnlyDictionary<string, UserInfo> tokens, IReadOnlyList<string> serverAudiences)
    {
        if (tokens.Keys.Any(t => t.Length < 16)) throw new ArgumentException("a static token must have at least 16 characters", nameof(tokens));
        this.tokens = [.. tokens.Select(t => (Hash(t.Key), UserGroups.WithAuthenticated(t.Value)))];
        this.serverAudiences = serverAudiences;
    }

    /// <inheritdoc/>
    public TokenResult Authenticate(string token, IReadOnlyList<string> audiences)
    {
        if (tokens.Count == 0) return TokenResult.Unknown;
        var hash = Hash(token);
        foreach (var (known, user) in tokens)
        {
            if (!CryptographicOperations.FixedTimeEquals(known, hash)) continue;
            List<string> matching = [.. serverAudiences.Where(audiences.Contains)];
            return matching.Count > 0
                ? new TokenResult(user with { Audiences = matching }, null)
                : TokenResult.Refused($"token audiences {GoStrings.Quote(serverAudiences)} is invalid for the target audiences {GoStrings.Quote(audiences)}");
        }

        return TokenResult.Unknown;
    }

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
