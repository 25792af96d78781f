using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Podkit.Client;

/// <summary>Adds work that only a leader does to an application's services.</summary>
public static class LeaderElectionBuilderExtensions
{
    /// <summary>
    /// Runs work in the one process of several that holds a Lease, for as long as the application runs. When the work ends by itself or fails, the application goes on
    /// without it: the failure is logged, and the lease given back and sought again.
    /// </summary>
    /// <param name="builder">The client's place in the services.</param>
    /// <param name="leaseName">The name of the Lease, in the client's namespace unless <paramref name="configure"/> says otherwise.</param>
    /// <param name="onStartedLeading">The work; its token is cancelled when the process no longer leads or the application stops.</param>
    /// <param name="configure">Changes the times, identity or namespace.</param>
    public static KubernetesClientBuilder AddLeaderElection(
        this KubernetesClientBuilder builder, string leaseName, Func<IServiceProvider, CancellationToken, Task> onStartedLeading, Func<LeaderElectionOptions, LeaderElectionOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(leaseName);
        ArgumentNullException.ThrowIfNull(onStartedLeading);
        builder.Services.AddKeyedSingleton(leaseName, (services, _) =>
        {
            var options = new LeaderElectionOptions { LeaseName = leaseName };
            return new LeaderElection(services.GetRequiredService<KubernetesClient>(), configure?.Invoke(options) ?? options);
        });
        builder.Services.AddSingleton<IHostedService>(services => new OwnedService(
            $"work of the lease {leaseName}", services, token => services.GetRequiredKeyedService<LeaderElection>(leaseName).RunAsync(stop => onStartedLeading(services, stop), token)));
        return builder;
    }
}
