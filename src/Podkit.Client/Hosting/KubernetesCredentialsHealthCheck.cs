using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Podkit.Client;

/// <summary>
/// Whether the token, the authorities and the client certificate can be read. Degraded while the last good ones still serve although their files cannot be
/// read any more; no request is sent.
/// </summary>
/// <param name="client">The client.</param>
public sealed class KubernetesCredentialsHealthCheck(KubernetesClient client) : IHealthCheck
{
    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        try
        {
            var problem = await client.CheckCredentialsAsync(cancellationToken).ConfigureAwait(false);
            return problem is null ? HealthCheckResult.Healthy($"the credentials of {client.Configuration.Origin} can be read") : HealthCheckResult.Degraded(problem);
        }
        catch (KubernetesConfigurationException e)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, e.Message, e);
        }
    }
}
