namespace Podkit.Client.Credentials;

/// <summary>
/// A token in a file that someone else renews. Read again when the last reading is older than
/// <see cref="KubernetesClientOptions.TokenRefreshInterval"/>, and when the server refuses the token; a failed reading keeps the last good one.
/// </summary>
internal sealed class FileTokenSource(string file, KubernetesClientOptions options) : TokenSource
{
    private const int MaximumBytes = 1 << 20;

    private readonly SemaphoreSlim _reading = new(1, 1);
    private volatile Reading? _last;

    public override ValueTask<string> GetAsync(CancellationToken cancellationToken)
    {
        var last = _last;
        return last is not null && options.TimeProvider.GetElapsedTime(last.At) < options.TokenRefreshInterval ? new ValueTask<string>(last.Token) : RefreshAsync(last, cancellationToken);
    }

    public override async ValueTask<string?> RenewAsync(string refused, CancellationToken cancellationToken)
    {
        var last = _last;
        var token = last is not null && last.Token != refused ? last.Token : await RefreshAsync(last, cancellationToken).ConfigureAwait(false);
        return token == refused ? null : token;
    }

    public override void Dispose()
    {
        _reading.Dispose();
        base.Dispose();
    }

    private async ValueTask<string> RefreshAsync(Reading? seen, CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // Whoever waited for another's reading uses it.
            if (_last is { } last && !ReferenceEquals(last, seen)) return last.Token;
            return (_last = await ReadAsync(seen, cancellationToken).ConfigureAwait(false)).Token;
        }
        finally
        {
            _reading.Release();
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
        options.OnWarning?.Invoke($"the token file {file} cannot be used, so the last good token stays: {problem}");
        return last with { At = options.TimeProvider.GetTimestamp() };
    }

    private sealed record Reading(string Token, long At)
    {
        public override string ToString() => $"a token read at {At}";
    }
}
