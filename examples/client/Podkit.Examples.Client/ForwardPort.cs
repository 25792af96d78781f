using Podkit.Client;

namespace Podkit.Examples.Client;

/// <summary>Reach a port of a pod from this machine.</summary>
internal static class ForwardPort
{
    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        using var client = KubernetesClient.Auto();
        await using var forwarder = client.Pods.ForwardPort("web-0", 80);
        forwarder.OnError = e => Console.Error.WriteLine(e.Message);
        Console.WriteLine($"http://127.0.0.1:{forwarder.LocalPort} is the pod's port 80; Ctrl-C ends it");
        await Task.Delay(Timeout.Infinite, cancellationToken);
    }
}
