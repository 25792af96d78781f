using Microsoft.Extensions.Logging;
using Podkit.Client.Http;
using Podkit.Client.Telemetry;

namespace Podkit.Client.Credentials;

/// <summary>The credentials of a plugin: run once for all that wait, kept until they expire or are refused.</summary>
internal sealed class ExecCredentialPlugin(ExecCredentialOptions exec, KubernetesClientConfiguration configuration, KubernetesClientOptions options)
{
    /// <summary>Credentials this near to their end are not sent any more: they would end on the way.</summary>
    private static readonly TimeSpan Leeway = TimeSpan.FromSeconds(10);

    private readonly Gate _running = new();
    private readonly ILogger _log = options.Logger;
    private volatile ExecCredential? _current;

    public ValueTask<ExecCredential> GetAsync(CancellationToken cancellationToken) =>
        _current is { } current && IsGood(current) ? new ValueTask<ExecCredential>(current) : RunAsync(null, cancellationToken);

    /// <summary>Credentials other than those that the server has refused, or the same when the plugin has no others.</summary>
    public ValueTask<ExecCredential> RenewAsync(ExecCredential refused, CancellationToken cancellationToken) => RunAsync(refused, cancellationToken);

    private async ValueTask<ExecCredential> RunAsync(ExecCredential? refused, CancellationToken cancellationToken)
    {
        await _running.EnterAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // Whoever waited for another's run uses it.
            if (_current is { } current && IsGood(current) && !ReferenceEquals(current, refused)) return current;
            var answer = await ExecCredentialProcess.RunAsync(exec, configuration, cancellationToken).ConfigureAwait(false);
            ClientLog.PluginRan(_log, exec.Command, answer.Expiration);
            return _current = _current is { } last && (last with { Expiration = answer.Expiration }) == answer && refused is not null ? last : answer;
        }
        finally
        {
            _running.Leave();
        }
    }

    private bool IsGood(ExecCredential credential) => credential.Expiration is not { } end || options.TimeProvider.GetUtcNow() < end - Leeway;
}

/// <summary>The tokens of a credential plugin.</summary>
internal sealed class ExecTokenSource(ExecCredentialPlugin plugin) : TokenSource
{
    public override async ValueTask<Credential> GetAsync(CancellationToken cancellationToken)
    {
        var credential = await plugin.GetAsync(cancellationToken).ConfigureAwait(false);
        return new Credential(credential.Token, credential);
    }

    public override async ValueTask<Credential?> RenewAsync(Credential refused, CancellationToken cancellationToken)
    {
        var used = refused.Origin as ExecCredential ?? await plugin.GetAsync(cancellationToken).ConfigureAwait(false);
        if (refused.Origin is null && used.Token != refused.Token) return new Credential(used.Token, used);
        var renewed = await plugin.RenewAsync(used, cancellationToken).ConfigureAwait(false);
        return renewed.Token == used.Token && renewed.Certificate == used.Certificate ? null : new Credential(renewed.Token, renewed);
    }
}
