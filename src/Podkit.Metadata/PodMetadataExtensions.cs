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
    /// log line at start what was found. A second call changes nothing.
    /// </summary>
    /// <param name="builder">The app's builder.</param>
    /// <param name="configure">Changes where it is looked for.</param>
    public static TBuilder AddPodMetadata<TBuilder>(this TBuilder builder, Action<PodMetadataOptions>? configure = null)
        where TBuilder : IHostApplicationBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (IsThere(builder.Services)) return builder;
        var options = Configured(configure);
        var metadata = PodMetadata.Open(options);
        Add(builder.Services, _ => metadata);
        if (options.ConfigurationSection is { } section) ((IConfigurationBuilder)builder.Configuration).Add(new PodConfigurationSource(() => metadata, section, ownsMetadata: false));
        return builder;
    }

    /// <summary>Offers <see cref="IPodMetadata"/>, without the configuration. A second call changes nothing.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="configure">Changes where it is looked for.</param>
    public static IServiceCollection AddPodMetadata(this IServiceCollection services, Action<PodMetadataOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (IsThere(services)) return services;
        var options = Configured(configure);
        return Add(services, _ => PodMetadata.Open(options));
    }

    private static PodMetadataOptions Configured(Action<PodMetadataOptions>? configure)
    {
        var options = new PodMetadataOptions();
        configure?.Invoke(options);
        return options;
    }

    private static bool IsThere(IServiceCollection services) => services.Any(s => s.ServiceType == typeof(PodMetadata));

    private static IServiceCollection Add(IServiceCollection services, Func<IServiceProvider, PodMetadata> open)
    {
        services.AddSingleton(open);
        services.AddSingleton<IPodMetadata>(provider => provider.GetRequiredService<PodMetadata>());
        return services.AddHostedService<PodMetadataStarter>();
    }
}
