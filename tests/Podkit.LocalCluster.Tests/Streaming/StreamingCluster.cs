using Podkit.Client;
using Podkit.Model.Core.V1;
using Podkit.Node;

namespace Podkit.LocalCluster.Tests.Streaming;

/// <summary>A cluster for the tests of one runtime, with a pod that only waits.</summary>
public abstract class StreamingCluster(RuntimeChoice runtime) : IAsyncLifetime
{
    internal LocalCluster Cluster { get; private set; } = null!;

    internal ResourceClient<Pod> Pods => Cluster.Client.Pods.InNamespace("default");

    public async Task InitializeAsync()
    {
        Cluster = await LocalCluster.StartAsync(new LocalClusterOptions { Node = new NodeAgentOptions { NodeName = "n1", Runtime = runtime } });
        await RunAsync("waiting", "main", "sleep 100000", c => c.Env = [new() { Name = "WHERE", Value = "in the container" }]);
    }

    public async Task DisposeAsync() => await Cluster.DisposeAsync();

    /// <summary>Creates a pod of one container and waits until it runs.</summary>
    internal async Task RunAsync(string name, string container, string script, Action<Container>? more = null)
    {
        var spec = new Container { Name = container, Image = "i", Command = ["sh", "-c", script] };
        more?.Invoke(spec);
        await CreateAsync(new Pod { Metadata = new() { Name = name }, Spec = new() { RestartPolicy = "Never", TerminationGracePeriodSeconds = 0, Containers = [spec] } });
    }

    /// <summary>Creates a pod and waits until it runs.</summary>
    internal async Task CreateAsync(Pod pod)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await Pods.CreateAsync(pod, cancellationToken: deadline.Token);
        await foreach (var change in Pods.WatchAsync(null, deadline.Token))
        {
            if (change.Object is { } seen && seen.Metadata.Name == pod.Metadata.Name && seen.Status.Phase is "Running" or "Succeeded") return;
        }
    }
}

/// <summary>With containers in namespaces of their own.</summary>
public sealed class SandboxCluster() : StreamingCluster(RuntimeChoice.Sandbox);

/// <summary>With containers that are plain processes.</summary>
public sealed class PlainCluster() : StreamingCluster(RuntimeChoice.Plain);
