using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Podkit.Model;

namespace Podkit.Client;

/// <summary>Adds controllers to an application's services.</summary>
public static class ControllerBuilderExtensions
{
    /// <summary>
    /// Runs a controller for as long as the application does. Its informers are those of <see cref="InformerBuilderExtensions"/>, where they are of the same resource, namespace and selectors.
    /// </summary>
    /// <typeparam name="T">The type of the objects.</typeparam>
    /// <typeparam name="TReconciler">The reconciler, made once by the services.</typeparam>
    /// <param name="builder">The client's place in the services.</param>
    /// <param name="configure">What else to watch, workers, leader election.</param>
    /// <param name="which">Which objects; null: those of all namespaces.</param>
    public static KubernetesClientBuilder AddController<T, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TReconciler>(
        this KubernetesClientBuilder builder, Action<ControllerOptions<T>>? configure = null, Func<ResourceClient<T>, ResourceClient<T>>? which = null)
        where T : class, IResource<T>
        where TReconciler : class, IReconciler<T> =>
        builder.AddController<T, TReconciler>(client => which is null ? client.Resource<T>().InAllNamespaces() : which(client.Resource<T>()), configure);

    /// <summary>Runs a controller of a type of the application's own; otherwise as <see cref="AddController{T, TReconciler}(KubernetesClientBuilder, Action{ControllerOptions{T}}?, Func{ResourceClient{T}, ResourceClient{T}}?)"/>.</summary>
    /// <typeparam name="T">The type of the objects.</typeparam>
    /// <typeparam name="TReconciler">The reconciler, made once by the services.</typeparam>
    /// <param name="builder">The client's place in the services.</param>
    /// <param name="which">The resource, with namespace and selectors.</param>
    /// <param name="configure">What else to watch, workers, leader election.</param>
    public static KubernetesClientBuilder AddController<T, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TReconciler>(
        this KubernetesClientBuilder builder, Func<KubernetesClient, ResourceClient<T>> which, Action<ControllerOptions<T>>? configure = null)
        where T : class, IKubernetesObject
        where TReconciler : class, IReconciler<T>
    {
        ArgumentNullException.ThrowIfNull(which);
        builder.AddSharedInformers();
        builder.Services.TryAddSingleton<TReconciler>();

        // Each registration has its own controller: there may be several of one type of objects.
        var registration = new object();
        builder.Services.AddKeyedSingleton(registration, (services, _) => which(services.GetRequiredService<KubernetesClient>()).Controller(
            services.GetRequiredService<TReconciler>().ReconcileAsync, configure, services.GetRequiredService<SharedInformers>()));
        builder.Services.AddSingleton(services => services.GetRequiredKeyedService<Controller<T>>(registration));
        builder.Services.AddSingleton<IHostedService>(services => new OwnedService(
            $"controller {typeof(TReconciler).Name}", services, services.GetRequiredKeyedService<Controller<T>>(registration).RunAsync));
        return builder;
    }
}
