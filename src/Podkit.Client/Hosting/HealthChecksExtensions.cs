using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Podkit.Client;

/// <summary>Adds the client's health checks.</summary>
public static class HealthChecksExtensions
{
    /// <summary>The name of the check that the credentials can be read.</summary>
    public const string CredentialsCheckName = "kubernetes-credentials";

    /// <summary>The name of the check that the API server can be reached.</summary>
    public const string ApiCheckName = "kubernetes-api";

    /// <summary>
    /// Adds the checks <c>kubernetes-credentials</c> and <c>kubernetes-api</c>, tagged <c>kubernetes</c>. Use them for readiness or for looking, not for liveness: restarting a pod
    /// does not bring an API server back.
    /// </summary>
    /// <param name="builder">The client.</param>
    /// <param name="failureStatus">What a failed check reports. Default: <see cref="HealthStatus.Unhealthy"/>.</param>
    public static KubernetesClientBuilder AddHealthChecks(this KubernetesClientBuilder builder, HealthStatus? failureStatus = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddHealthChecks()
            .Add(new HealthCheckRegistration(CredentialsCheckName, s => new KubernetesCredentialsHealthCheck(s.GetRequiredService<KubernetesClient>()), failureStatus, ["kubernetes"]))
            .Add(new HealthCheckRegistration(ApiCheckName, s => new KubernetesApiHealthCheck(s.GetRequiredService<KubernetesClient>()), failureStatus, ["kubernetes"]));
        return builder;
    }
}
