using Podkit.Client;

namespace Podkit.Examples.Client;

/// <summary>The pods of the cluster at hand, by node; told when they come, change and go.</summary>
internal static class FollowPods
{
    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        using var client = KubernetesClient.Auto();
        await using var informer = client.Pods.InAllNamespaces().Informer(o => o.AddIndex("node", p => p.Spec.NodeName));
        await using var handler = informer.AddHandler(
            added: (pod, _) => Say($"+ {ObjectKey.Of(pod)} on {pod.Spec.NodeName}"),
            updated: (before, pod, _) => Say($"~ {ObjectKey.Of(pod)} {before.Status.Phase} -> {pod.Status.Phase}"),
            deleted: (pod, _) => Say($"- {ObjectKey.Of(pod)}"));
        await informer.StartAsync(cancellationToken);
        var store = informer.Store;
        foreach (var node in store.IndexValues("node")) Console.WriteLine($"{node} has {store.ByIndex("node", node).Count} pods");
        await Task.Delay(Timeout.Infinite, cancellationToken);
    }

    private static ValueTask Say(string line)
    {
        Console.WriteLine(line);
        return ValueTask.CompletedTask;
    }
}
