using Podkit.Client;

namespace Podkit.Examples.Client;

/// <summary>Follow secrets without ever being sent their data.</summary>
internal static class MetadataWatch
{
    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        using var client = KubernetesClient.Auto();
        await foreach (var e in client.Secrets.InAllNamespaces().Metadata().WatchAsync(cancellationToken))
        {
            if (e.HasObject) Console.WriteLine($"{e.Type} {e.Object.Metadata.Namespace}/{e.Object.Metadata.Name}");
        }
    }
}
