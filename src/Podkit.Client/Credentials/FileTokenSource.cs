using Podkit.Client.Http;

namespace Podkit.Client.Credentials;

/// <summary>
/// A token in a file that someone else renews. Read again when the last reading is older than
/// <see cref="KubernetesClientOptions.TokenRefreshInterval"/>, and when the server refuses the token; a failed reading keeps the last good one.
/// </summary>
internal sealed class FileTokenSource(string file, KubernetesClientOptions options) : TokenSource
{
    private const int MaximumBytes = 1 << 20;

    private readonly Gate _reading = new();
    private volatile Reading? _last;

    public override string? Problem => _last?.Problem;

    public override async ValueTask<Credential> GetAsync(CancellationToken cancellationToken)
    {
        var last = _last;
        var fresh = last is not null && options.TimeProvider.GetElapsedTime(last.At) < options.TokenRefreshInterval;
        return new Credential(fresh ? last!.Token : await RefreshAsync(last, cancellationToken).ConfigureAwait(false));
    }

    public override async ValueTask<Credential?> RenewAsync(Credential refused, CancellationToken cancellationToken)
    {
        var last = _last;
        var token = last is not null && last.Token != refused.Token ? last.Token : await RefreshAsync(last, cancellationToken).ConfigureAwait(false);
        return token == refused.Token ? null : new Credential(token);
    }

    private async ValueTask<string> RefreshAsync(Reading? seen, CancellationToken cancellationToken)
    {
        await _reading.EnterAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // Whoever waited for another's reading uses it.
            if (_last is { } last && !ReferenceEquals(last, seen)) return last.Token;
            return (_last = await ReadAsync(seen, cancellationToken).ConfigureAwait(false)).Token;
        }
        finally
        {
            _reading.Leave();
        }
    }

    private async Task<Reading> ReadAsync(Reading? last, CancellationToken cancellationToken)
    {
        string problem;
        try
        {
            if (new FileInfo(file).Length > MaximumBytes) throw new IOException("it is too large for a token");
            var token = (await File.ReadAllTextAsync(file, cancellationToken).ConfigureAwait(false)).Trim();
            if (token.AsSpan().ContainsAnyInRange('\0', ' ') || token.AsSpan().ContainsAnyExceptInRange('\0', '\x7e')) problem = "it holds characters that no token has";
            else if (token.Length > 0) return new Reading(token, options.TimeProvider.GetTimestamp());
            else problem = "it is empty";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = e.Message;
        }

        if (last is null) throw new KubernetesConfigurationException($"the token file {file} cannot be used: {problem}");
        options.Warn($"the token file {file} cannot be used, so the last good token stays: {problem}");
        return last with { At = options.TimeProvider.GetTimestamp(), Problem = $"the token file {file} cannot be used: {problem}" };
    }

    private sealed record Reading(string Token, long At)
    {
        public string? Problem { get; init; }

        public override string ToString() => $"a token read at {At}";
    }
}
