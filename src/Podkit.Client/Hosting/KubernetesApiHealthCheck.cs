using Microsoft.Extensions.Diagnostics.HealthChecks;
using Podkit.Client.Http;

namespace Podkit.Client;

/// <summary>
/// Whether the API server can be reached, is trusted and says that it is ready: <c>GET /readyz</c>, which every authenticated caller may ask
/// (<c>system:public-info-viewer</c>); where that is not allowed, that it answers at all. Never sent again: the next check comes anyway.
/// </summary>
/// <param name="client">The client.</param>
public sealed class KubernetesApiHealthCheck(KubernetesClient client) : IHealthCheck
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        var server = client.Configuration.Server;
        try
        {
            var call = new ApiCall(HttpMethod.Get, "/readyz") { Accept = "*/*", NoRetry = true, Timeout = Limit < client.Options.RequestTimeout ? Limit : null };
            await client.Api.CallAsync(call, _ => true, cancellationToken).ConfigureAwait(false);
            return HealthCheckResult.Healthy($"{server} is ready");
        }
        catch (KubernetesException e) when (e.IsForbidden || e.IsNotFound)
        {
            return HealthCheckResult.Healthy($"{server} answers, and does not say whether it is ready: {e.Message}");
        }
        catch (KubernetesException e) when (e.IsTooManyRequests)
        {
            return HealthCheckResult.Degraded($"{server} asks for fewer requests: {e.Message}", e);
        }
        catch (Exception e) when (e is KubernetesException or KubernetesConnectionException or KubernetesConfigurationException)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, e.Message, e);
        }
    }
}
