using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Podkit.Model;

namespace Podkit.Client;

/// <summary>Adds informers to an application's services.</summary>
public static class InformerBuilderExtensions
{
    /// <summary>
    /// Adds an informer as the singleton <see cref="Informer{T}"/>; it is started with the application, and shared with controllers that need the same resource, namespace and
    /// selectors.
    /// </summary>
    /// <typeparam name="T">The type of the objects.</typeparam>
    /// <param name="builder">The client's place in the services.</param>
    /// <param name="configure">Indexes, transform, resync, limits.</param>
    /// <param name="which">Which objects; null: those of all namespaces.</param>
    public static KubernetesClientBuilder AddInformer<T>(this KubernetesClientBuilder builder, Action<InformerOptions<T>>? configure = null, Func<ResourceClient<T>, ResourceClient<T>>? which = null)
        where T : class, IResource<T> =>
        builder.AddInformer(client => which is null ? client.Resource<T>().InAllNamespaces() : which(client.Resource<T>()), configure);

    /// <summary>Adds an informer of a type of the application's own; otherwise as <see cref="AddInformer{T}(KubernetesClientBuilder, Action{InformerOptions{T}}?, Func{ResourceClient{T}, ResourceClient{T}}?)"/>.</summary>
    /// <typeparam name="T">The type of the objects.</typeparam>
    /// <param name="builder">The client's place in the services.</param>
    /// <param name="which">The resource, with namespace and selectors, such as <see cref="KubernetesClient.Resource{T}(ResourceKind, JsonTypeInfo{T})"/> gives it.</param>
    /// <param name="configure">Indexes, transform, resync, limits.</param>
    public static KubernetesClientBuilder AddInformer<T>(this KubernetesClientBuilder builder, Func<KubernetesClient, ResourceClient<T>> which, Action<InformerOptions<T>>? configure = null)
        where T : class, IKubernetesObject
    {
        ArgumentNullException.ThrowIfNull(which);
        builder.AddSharedInformers();

        // Each registration has its own informer: there may be several of one type of objects. The last is the one that is asked for by its type alone.
        var registration = new object();
        builder.Services.AddKeyedSingleton(registration, (services, _) => services.GetRequiredService<SharedInformers>().Get(which(services.GetRequiredService<KubernetesClient>()), configure));
        builder.Services.AddSingleton(services => services.GetRequiredKeyedService<Informer<T>>(registration));
        builder.Services.AddSingleton(new InformerActivation(services => services.GetRequiredKeyedService<Informer<T>>(registration)));
        return builder;
    }

    /// <summary>Adds the <see cref="InformersHealthCheck"/>: informers synced, and not stale.</summary>
    /// <param name="builder">The application's health checks.</param>
    /// <param name="name">The name of the check.</param>
    /// <param name="tags">Tags, such as <c>ready</c>.</param>
    public static IHealthChecksBuilder AddKubernetesInformers(this IHealthChecksBuilder builder, string name = "kubernetes-informers", IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(new Microsoft.Extensions.Diagnostics.HealthChecks.HealthCheckRegistration(
            name, services => new InformersHealthCheck(services.GetRequiredService<SharedInformers>()), null, tags));
    }

    internal static void AddSharedInformers(this KubernetesClientBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddSingleton(_ => new SharedInformers { NeverGivesUp = true });
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, InformerHostedService>(services =>
        {
            foreach (var activation in services.GetServices<InformerActivation>()) activation.Activate(services);
            return new InformerHostedService(services.GetRequiredService<SharedInformers>());
        }));
    }

    /// <summary>Makes an informer that nobody may have asked for yet.</summary>
    internal sealed record InformerActivation(Func<IServiceProvider, IInformer> Activate);
}
