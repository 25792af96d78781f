using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Podkit.Client;

/// <summary>Adds a <see cref="KubernetesClient"/> to an application's services.</summary>
public static class ServiceCollectionExtensions
{
    /// <summary>
    /// Adds the client as a singleton. Nothing is read and nothing is sent until it is asked for. It logs to the application's loggers and uses its
    /// <see cref="TimeProvider"/>, when there is one. Adding it again only adds to its settings.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Changes the settings; without it they are <see cref="KubernetesClientSource.Auto"/>.</param>
    public static KubernetesClientBuilder AddKubernetesClient(this IServiceCollection services, Action<KubernetesClientSettings>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<KubernetesClientSettings>();
        if (configure is not null) services.Configure(configure);
        services.TryAddSingleton(Create);
        return new KubernetesClientBuilder(services);
    }

    /// <summary>Adds the client as a singleton, with the settings of a configuration section.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="section">The section, with the names of <see cref="KubernetesClientSettings"/>; read without reflection.</param>
    public static KubernetesClientBuilder AddKubernetesClient(this IServiceCollection services, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(section);
        services.AddOptions<KubernetesClientSettings>().Bind(section);
        return services.AddKubernetesClient();
    }

    private static KubernetesClient Create(IServiceProvider services)
    {
        var settings = services.GetRequiredService<IOptions<KubernetesClientSettings>>().Value;
        var defaults = new KubernetesClientOptions
        {
            TimeProvider = services.GetService<TimeProvider>() ?? TimeProvider.System,
            LoggerFactory = services.GetService<ILoggerFactory>(),
        };
        return new KubernetesClient(settings.ToConfiguration(), settings.ToOptions(defaults));
    }
}
