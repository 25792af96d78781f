using Podkit.ApiServer.Storage;

namespace Podkit.ApiServer.Authentication.Tokens;

/// <summary>Issues and checks the tokens of service accounts.</summary>
internal sealed class ServiceAccountTokens : ITokenAuthenticator
{
    /// <summary>The issuer when none is set, and the audience of tokens for the API server.</summary>
    public const string DefaultIssuer = "https://kubernetes.default.svc";

    private const long Leeway = 60;
    private const int CacheCapacity = 4096;

    private readonly IReadOnlyList<TokenSigningKey> keys;
    private readonly BoundObjects bound;
    private readonly TimeProvider time;
    private readonly VerifiedTokens verified = new(CacheCapacity);

    /// <param name="keys">The first signs; all of them are accepted.</param>
    /// <param name="objects">Where service accounts and what tokens are bound to are looked up.</param>
    /// <param name="time">The clock.</param>
    /// <param name="issuer">What tokens name as their issuer.</param>
    public ServiceAccountTokens(IReadOnlyList<TokenSigningKey> keys, IObjectReader objects, TimeProvider time, string issuer = DefaultIssuer)
    {
        if (keys.Count == 0) throw new ArgumentException("at least one key is needed to sign tokens with", nameof(keys));
        this.keys = keys;
        this.time = time;
        bound = new BoundObjects(objects);
        Issuer = issuer;
        ServerAudiences = [issuer];
    }

    public string Issuer { get; }

    /// <summary>The audiences of tokens for the API server itself.</summary>
    public IReadOnlyList<string> ServerAudiences { get; }

    /// <summary>A new token.</summary>
    public string Issue(TokenGrant grant, DateTimeOffset now)
    {
        var seconds = now.ToUnixTimeSeconds();
        return JsonWebToken.Write(
            new TokenClaims
            {
                Issuer = Issuer,
                Subject = ServiceAccounts.UserName(grant.Namespace, grant.ServiceAccount.Name),
                Audiences = grant.Audiences,
                IssuedAt = seconds,
                NotBefore = seconds,
                Expires = seconds + grant.LifeSeconds,
                Id = Guid.NewGuid().ToString(),
                Namespace = grant.Namespace,
                ServiceAccount = grant.ServiceAccount,
                Pod = grant.Pod,
                Secret = grant.Secret,
                Node = grant.Node,
                WarnAfter = grant.WarnAfterSeconds is { } warn ? seconds + warn : null,
            },
            keys[0]);
    }

    /// <inheritdoc/>
    public TokenResult Authenticate(string token, IReadOnlyList<string> audiences)
    {
        if (verified.Find(token) is not { } claims)
        {
            if (JsonWebToken.Read(token) is not { } read || read.Issuer != Issuer) return TokenResult.Unknown;
            if (!read.IsSignedBy(keys)) return TokenResult.Refused("the token's signature is invalid");
            if (read.Claims is null) return TokenResult.Refused("the token is not that of a service account");
            claims = read.Claims;
            verified.Add(token, claims);
        }

        var matching = Matching(claims, audiences);
        if (matching.Count == 0) return TokenResult.Refused($"token audiences {GoStrings.Quote(claims.Audiences)} is invalid for the target audiences {GoStrings.Quote(audiences)}");
        if ((TimeProblem(claims) ?? bound.Problem(claims, time.GetUtcNow().AddSeconds(-Leeway))) is { } problem) return TokenResult.Refused(problem);
        return new TokenResult(User(claims) with { Audiences = matching }, null);
    }

    private List<string> Matching(TokenClaims claims, IReadOnlyList<string> audiences)
    {
        var own = claims.Audiences.Count == 0 ? ServerAudiences : claims.Audiences;
        return [.. own.Where(a => audiences.Contains(a))];
    }

    private string? TimeProblem(TokenClaims claims)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        if (now + Leeway < claims.NotBefore) return "service account token is not valid yet";
        if (now - Leeway > claims.Expires) return "service account token has expired";
        return now + Leeway < claims.IssuedAt ? "service account token is issued in the future" : null;
    }

    private static UserInfo User(TokenClaims claims)
    {
        var extra = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        if (claims.Id.Length > 0) extra[Extras.CredentialId] = [$"JTI={claims.Id}"];
        if (claims.Node is { } node)
        {
            extra[Extras.NodeName] = [node.Name];
            if (node.Uid.Length > 0) extra[Extras.NodeUid] = [node.Uid];
        }

        if (claims.Pod is { } pod)
        {
            extra[Extras.PodName] = [pod.Name];
            extra[Extras.PodUid] = [pod.Uid];
        }

        return new UserInfo(
            ServiceAccounts.UserName(claims.Namespace, claims.ServiceAccount.Name),
            [.. ServiceAccounts.Groups(claims.Namespace), UserGroups.Authenticated],
            claims.ServiceAccount.Uid,
            extra.Count == 0 ? null : extra);
    }
}
