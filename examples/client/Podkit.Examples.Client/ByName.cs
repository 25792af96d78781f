using Podkit.Client;

namespace Podkit.Examples.Client;

/// <summary>Any resource of the cluster, those of CustomResourceDefinitions too, by the name that kubectl takes; the objects are JSON.</summary>
internal static class ByName
{
    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        using var client = KubernetesClient.Auto();
        var deployments = await client.ResourceAsync("deployments.apps", cancellationToken);
        foreach (var deployment in await deployments.InAllNamespaces().ListAsync(cancellationToken))
            Console.WriteLine($"{deployment["metadata"]!["name"]} wants {deployment["spec"]?["replicas"]} replicas");
    }
}
