using Podkit.Client;

namespace Podkit.Examples.Client;

/// <summary>Follow what happens to pods; cut connections, expired versions and restarted servers are survived.</summary>
internal static class WatchPods
{
    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        using var client = KubernetesClient.Auto();
        await foreach (var e in client.Pods.Matching("app=web").WatchAsync(cancellationToken))
        {
            if (e.Type == WatchEventType.InitDone) Console.WriteLine("-- that was all there is; what follows is new");
            else if (e.HasObject) Console.WriteLine($"{e.Type} {e.Object.Metadata.Name} {e.Object.Status.Phase}");
        }
    }
}
