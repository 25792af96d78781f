using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Podkit.Metadata;

/// <summary>Health checks of what a pod knows about itself.</summary>
public static class PodHealthExtensions
{
    /// <summary>
    /// Adds a check that the pod's metadata is there and fresh, the service account's token readable and not expired, and its CA certificates
    /// valid. It needs <c>AddPodMetadata()</c> of the builder or the services too. Neither the token nor anything of it is shown, its expiry aside.
    /// </summary>
    /// <param name="builder">The health checks of the app.</param>
    /// <param name="configure">Changes what is looked at.</param>
    /// <param name="name">The check's name.</param>
    /// <param name="tags">Its tags.</param>
    public static IHealthChecksBuilder AddPodMetadata(
        this IHealthChecksBuilder builder, Action<PodHealthOptions>? configure = null, string name = "pod", IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new PodHealthOptions();
        configure?.Invoke(options);
        return builder.Add(new HealthCheckRegistration(name, services => new PodHealthCheck(Metadata(services), options), failureStatus: null, tags));
    }

    private static IPodMetadata Metadata(IServiceProvider services) => services.GetService<IPodMetadata>()
        ?? throw new InvalidOperationException("AddHealthChecks().AddPodMetadata() needs the pod's metadata: call builder.AddPodMetadata() or services.AddPodMetadata() as well.");
}
