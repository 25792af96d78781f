using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Podkit.Metadata.Configuration;
using Podkit.Metadata.Hosting;

namespace Podkit.Metadata;

/// <summary>Gives an app the metadata of its pod.</summary>
public static class PodMetadataExtensions
{
    /// <summary>
    /// Finds what the pod offers, offers it as <see cref="IPodMetadata"/> and as configuration below <c>Pod</c>, both live, and says in one
    /// log line at start what was found. A further call with <paramref name="configure"/> takes the place of the earlier ones, in a test for instance.
    /// </summary>
    /// <param name="builder">The app's builder.</param>
    /// <param name="configure">Changes where it is looked for.</param>
    public static TBuilder AddPodMetadata<TBuilder>(this TBuilder builder, Action<PodMetadataOptions>? configure = null)
        where TBuilder : IHostApplicationBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        var shared = Share(builder.Services, configure);
        IConfigurationBuilder configuration = builder.Configuration;
        var isShown = configuration.Sources.Any(s => s is PodConfigurationSource { Shared: var other } && other == shared);
        if (shared.Section is not null && !isShown) configuration.Add(new PodConfigurationSource(shared));
        return builder;
    }

    /// <summary>
    /// Offers <see cref="IPodMetadata"/>, without adding the configuration. A further call with <paramref name="configure"/> takes the place of the
    /// earlier ones, those of the builder and what the configuration shows included.
    /// </summary>
    /// <param name="services">The app's services.</param>
    /// <param name="configure">Changes where it is looked for.</param>
    public static IServiceCollection AddPodMetadata(this IServiceCollection services, Action<PodMetadataOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        Share(services, configure);
        return services;
    }

    private static SharedMetadata Share(IServiceCollection services, Action<PodMetadataOptions>? configure)
    {
        var known = services.FirstOrDefault(s => s.ServiceType == typeof(SharedMetadata))?.ImplementationInstance as SharedMetadata;
        if (known is not null && configure is null) return known;
        var options = new PodMetadataOptions();
        configure?.Invoke(options);
        options.Validate();
        if (known is not null)
        {
            known.Configure(options);
            return known;
        }

        var shared = new SharedMetadata(options);
        services.AddSingleton(shared);
        services.AddSingleton(_ => shared.Serve());
        services.AddSingleton(provider => provider.GetRequiredService<ServedMetadata>().Metadata);
        services.AddSingleton<IPodMetadata>(provider => provider.GetRequiredService<PodMetadata>());
        services.AddHostedService<PodMetadataStarter>();
        services.AddPodConfigurationLog();
        return shared;
    }
}
