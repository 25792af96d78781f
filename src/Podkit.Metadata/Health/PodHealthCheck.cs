using Microsoft.Extensions.Diagnostics.HealthChecks;
using Podkit.Metadata.Health;

namespace Podkit.Metadata;

/// <summary>Whether a pod's metadata is there and fresh, its token readable and not expired, and its CA certificates valid.</summary>
/// <param name="metadata">The metadata.</param>
/// <param name="options">What is looked at; null: the defaults.</param>
public sealed class PodHealthCheck(IPodMetadata metadata, PodHealthOptions? options = null) : IHealthCheck
{
    private readonly PodHealthOptions _options = options ?? new PodHealthOptions();

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        var findings = new HealthFindings();
        CheckMetadata(findings);
        var account = Account();
        if (_options.CheckServiceAccount && Directory.Exists(account))
        {
            var now = _options.TimeProvider.GetUtcNow();
            await TokenCheck.RunAsync(Path.Combine(account, "token"), _options, now, findings, cancellationToken).ConfigureAwait(false);
            await AuthorityCheck.RunAsync(Path.Combine(account, "ca.crt"), _options, now, findings, cancellationToken).ConfigureAwait(false);
        }

        return findings.Result(context.Registration?.FailureStatus ?? HealthStatus.Unhealthy);
    }

    private string Account()
    {
        var known = (metadata as PodMetadata)?.Options ?? new PodMetadataOptions();
        return known.Locate(_options.ServiceAccountDirectory ?? known.ServiceAccountDirectory);
    }

    private TimeSpan Delay()
    {
        var polled = ((metadata as PodMetadata)?.Options.PollInterval ?? TimeSpan.Zero) * 2;
        return polled > _options.ReadingDelay ? polled : _options.ReadingDelay;
    }

    private void CheckMetadata(HealthFindings findings)
    {
        var pod = metadata.Current;
        var status = metadata.Status;
        if (!pod.IsInPod)
        {
            if (_options.RequirePod) findings.Bad("not in a pod");
            else findings.Good("not in a pod");
        }
        else findings.Good(pod.Name.Length > 0 ? $"pod {pod.Namespace}/{pod.Name}" : "in a pod whose name is not known");

        findings.Data["inPod"] = pod.IsInPod;
        findings.Data["version"] = pod.Version;
        findings.Data["readAt"] = pod.ReadAt;
        var delay = Delay();
        foreach (var volume in status.Volumes)
        {
            if (!volume.Present) findings.Bad($"volume {volume.Path} is missing");
            else if (volume.ReadAt is null) findings.Bad($"volume {volume.Path} cannot be read: {volume.Problem ?? "it was not read yet"}");
            else if (volume.UnreadSince is { } since && _options.TimeProvider.GetUtcNow() - since > delay) findings.Doubtful($"volume {volume.Path} has changed at {since:u}, which was not read yet");
        }

        // What was readable once is still there, but older than the volume.
        foreach (var problem in status.Problems) findings.Doubtful(problem);
    }
}
