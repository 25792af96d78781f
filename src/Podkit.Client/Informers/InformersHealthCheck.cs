using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Podkit.Client;

/// <summary>
/// Healthy when all informers have their first list and none is stale. One that has no list yet, or has given up, is the registration's failure status; one that is stale is degraded: what it
/// has can be read, but may be out of date.
/// </summary>
public sealed class InformersHealthCheck : IHealthCheck
{
    private readonly SharedInformers _informers;

    /// <summary>Creates the check.</summary>
    /// <param name="informers">The application's informers.</param>
    public InformersHealthCheck(SharedInformers informers)
    {
        ArgumentNullException.ThrowIfNull(informers);
        _informers = informers;
    }

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        List<string> waiting = [], stale = [];
        Exception? error = null;
        foreach (var informer in _informers.All)
        {
            var problem = informer.LastError is { } e ? $" ({e.Message})" : "";
            if (!informer.HasSynced || informer.Completion.IsFaulted) waiting.Add($"{informer.Name} has no list{problem}");
            else if (informer.IsStale) stale.Add($"{informer.Name} has not heard of the server since {informer.LastContact:u}{problem}");
            else continue;
            error ??= informer.LastError;
        }

        return Task.FromResult(waiting.Count > 0
            ? new HealthCheckResult(context.Registration?.FailureStatus ?? HealthStatus.Unhealthy, string.Join("; ", waiting.Concat(stale)), error)
            : stale.Count > 0 ? HealthCheckResult.Degraded(string.Join("; ", stale), error) : HealthCheckResult.Healthy("all informers are synced"));
    }
}
