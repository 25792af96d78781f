using Podkit.Node.Pods;

namespace Podkit.Node.Probes;

/// <summary>Asks by running a command in the container: exit code 0 is well.</summary>
internal sealed class ExecProber(IReadOnlyList<string> command, ExecProber.Exec exec) : IProber
{
    /// <summary>Runs a command in the container; gives its exit code and the beginning of its output.</summary>
    public delegate Task<(int ExitCode, string Output)> Exec(IReadOnlyList<string> command, CancellationToken cancellationToken);

    public async Task<ProbeOutcome> ProbeAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            var (exitCode, output) = await exec(command, limit.Token).ConfigureAwait(false);
            return exitCode == 0 ? ProbeOutcome.Ok : ProbeOutcome.Failed(output);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ProbeOutcome.Failed($"command timed out: \"{string.Join(' ', command)}\" timed out after {GoDuration.Format(timeout)}");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return ProbeOutcome.Errored(e.Message);
        }
    }
}
