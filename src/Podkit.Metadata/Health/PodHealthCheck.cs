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
        var status = metadata.Status;
        CheckMetadata(status, findings);
        var account = Account(status);
        if (_options.CheckServiceAccount && Directory.Exists(account))
        {
            var now = _options.TimeProvider.GetUtcNow();
            await TokenCheck.RunAsync(Path.Combine(account, "token"), _options, now, findings, cancellationToken).ConfigureAwait(false);
            await AuthorityCheck.RunAsync(Path.Combine(account, "ca.crt"), _options, now, findings, cancellationToken).ConfigureAwait(false);
        }

        return findings.Result(context.Registration?.FailureStatus ?? HealthStatus.Unhealthy);
    }

    private string Account(PodMetadataStatus status)
    {
        if (_options.ServiceAccountDirectory is null && status.ServiceAccountDirectory is { } known) return known;
        var defaults = new PodMetadataOptions();
        return defaults.Locate(_options.ServiceAccountDirectory ?? defaults.ServiceAccountDirectory);
    }

    private bool IsLate(PodVolumeStatus volume)
    {
        var delay = volume.ReadingDelay > _options.ReadingDelay ? volume.ReadingDelay : _options.ReadingDelay;
        return volume.UnreadSince is { } since && _options.TimeProvider.GetUtcNow() - since > delay;
    }

    private void CheckMetadata(PodMetadataStatus status, HealthFindings findings)
    {
        var pod = metadata.Current;
        if (!pod.IsInPod)
        {
            if (_options.RequirePod) findings.Bad("not in a pod");
            else findings.Good("not in a pod");
        }
        else findings.Good(pod.Name.Length > 0 ? $"pod {pod.Namespace}/{pod.Name}" : "in a pod whose name is not known");

        findings.Data["inPod"] = pod.IsInPod;
        findings.Data["version"] = pod.Version;
        findings.Data["readAt"] = pod.ReadAt;
        foreach (var volume in status.Volumes)
        {
            // Outside of a pod nobody can expect it.
            if (!volume.Present && volume.ReadAt is null && !pod.IsInPod) continue;
            if (!volume.Present) findings.Bad($"volume {volume.Path} is missing");
            else if (volume.ReadAt is null) findings.Bad($"volume {volume.Path} cannot be read: {volume.Problem ?? "it was not read yet"}");
            else if (IsLate(volume)) findings.Doubtful($"volume {volume.Path} has changed at {volume.UnreadSince:u}, which was not read yet");
        }

        // What was readable once is still there, but older than the volume.
        foreach (var problem in status.Problems) findings.Doubtful(problem);
    }
}
