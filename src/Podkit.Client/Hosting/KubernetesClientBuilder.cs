using Microsoft.Extensions.DependencyInjection;

namespace Podkit.Client;

/// <summary>What <see cref="ServiceCollectionExtensions.AddKubernetesClient(IServiceCollection, Action{KubernetesClientSettings}?)"/> returns: the place where informers, leader election and controllers are added to the same client.</summary>
public sealed class KubernetesClientBuilder
{
    internal KubernetesClientBuilder(IServiceCollection services) => Services = services;

    /// <summary>The services that the client is part of; <see cref="KubernetesClient"/> is a singleton among them.</summary>
    public IServiceCollection Services { get; }
}
