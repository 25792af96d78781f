using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

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
        builder.Services.AddPodMetadata(configure);
        return builder;
    }

    /// <summary>Offers <see cref="IPodMetadata"/>, without the configuration. A second call changes nothing.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="configure">Changes where it is looked for.</param>
    public static IServiceCollection AddPodMetadata(this IServiceCollection services, Action<PodMetadataOptions>? configure = null)
    {
        var options = new PodMetadataOptions();
        configure?.Invoke(options);
        services.TryAddSingleton<IPodMetadata>(_ => PodMetadata.Open(options));
        return services;
    }
}
