using System.Collections.Concurrent;
using Podkit.Client;
using Podkit.Model.Authentication.V1;

namespace Podkit.Node.Tokens;

/// <summary>
/// Keeps the tokens of pods: one for each pod, audience and life, asked for anew when it is older than a day or past four fifths of its life,
/// less some seconds of chance so that the pods of a node do not all ask at once. When that fails the old one serves until it expires.
/// </summary>
/// <param name="source">The API server.</param>
/// <param name="time">The clock.</param>
/// <param name="chance">Gives numbers from 0 to 1; null is at random.</param>
internal sealed class TokenManager(ITokenSource source, TimeProvider time, Func<double>? chance = null)
{
    private const double RefreshShare = 0.8;
    private static readonly TimeSpan Oldest = TimeSpan.FromHours(24);
    private static readonly TimeSpan Jitter = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<TokenKey, BoundToken> _tokens = new();
#pragma warning disable CA5394 // The moment of a refresh is no secret.
    private readonly Func<double> _chance = chance ?? Random.Shared.NextDouble;
#pragma warning restore CA5394

    /// <summary>Gives the token, a new one when it is time.</summary>
    /// <returns>The token, or null and why there is none: the server's sentence.</returns>
    public async Task<(BoundToken? Token, string? Error)> GetAsync(TokenKey key, CancellationToken cancellationToken)
    {
        var old = _tokens.GetValueOrDefault(key);
        if (old is not null && time.GetUtcNow() < old.RefreshAt) return (old, null);
        try
        {
            var request = Request(key);
            var status = await source.CreateAsync(key.Namespace, key.ServiceAccount, request, cancellationToken).ConfigureAwait(false);
            return (_tokens[key] = Keep(status), null);
        }
        catch (Exception failure) when (failure is KubernetesException or KubernetesConnectionException or HttpRequestException or IOException)
        {
            var now = time.GetUtcNow();
            if (old is null) return (null, failure.Message);
            if (now >= old.ExpiresAt)
            {
                _tokens.TryRemove(key, out _);
                return (null, $"token expired at {old.ExpiresAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'} and refreshing it failed: {failure.Message}");
            }

            return (_tokens[key] = old.WithRefreshAt(now + Retry), null);
        }
    }

    /// <summary>Forgets the tokens of a pod that is gone.</summary>
    public void Forget(string podUid)
    {
        foreach (var key in _tokens.Keys.Where(key => key.PodUid == podUid)) _tokens.TryRemove(key, out _);
    }

    private static TokenRequestSpec Request(TokenKey key) => new()
    {
        Audiences = key.Audience.Length > 0 ? [key.Audience] : [],
        ExpirationSeconds = key.ExpirationSeconds,
        BoundObjectRef = new BoundObjectReference { ApiVersion = "v1", Kind = "Pod", Name = key.PodName, Uid = key.PodUid },
    };

    private BoundToken Keep(TokenRequestStatus status)
    {
        var now = time.GetUtcNow();
        var life = status.ExpirationTimestamp - now;
        var age = TimeSpan.FromTicks(Math.Min((long)(life.Ticks * RefreshShare), Oldest.Ticks));
        var refresh = now + age - (Jitter * _chance());
        return new BoundToken(status.Token, now, status.ExpirationTimestamp, refresh > now ? refresh : now);
    }
}
