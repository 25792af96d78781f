using Podkit.Client;

namespace Podkit.Examples.Client;

/// <summary>List the pods of all namespaces.</summary>
internal static class ListPods
{
    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        using var client = KubernetesClient.Auto(); // in a pod its service account, on a laptop the kubeconfig; or .InCluster(), .FromKubeConfig()
        await foreach (var pod in client.Pods.InAllNamespaces().ListAsync(cancellationToken))
            Console.WriteLine($"{pod.Metadata.Namespace}/{pod.Metadata.Name} {pod.Status.Phase}");
    }
}
