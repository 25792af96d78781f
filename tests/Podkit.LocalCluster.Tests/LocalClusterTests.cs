using System.Text;
using Podkit.Client;
using Podkit.Model.Core.V1;
using Podkit.Node;

namespace Podkit.LocalCluster.Tests;

public class LocalClusterTests
{
    [Fact]
    public async Task A_pod_runs_its_log_is_served_and_the_cluster_goes_without_a_trace()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await using var cluster = await LocalCluster.StartAsync(new LocalClusterOptions { Node = new NodeAgentOptions { NodeName = "n1", Runtime = RuntimeChoice.Plain } }, deadline.Token);
        var pods = cluster.Client.Pods.InNamespace("default");
        await pods.CreateAsync(
            new Pod
            {
                Metadata = new() { Name = "p" },
                Spec = new() { RestartPolicy = "Never", Containers = [new() { Name = "c", Image = "i", Command = ["sh", "-c", "echo on $NODE"], Env = [new() { Name = "NODE", ValueFrom = new() { FieldRef = new() { FieldPath = "spec.nodeName" } } }] }] },
            },
            cancellationToken: deadline.Token);
        await foreach (var change in pods.WatchAsync(null, deadline.Token))
            if (change.Object?.Status.Phase is "Succeeded" or "Failed") break;
        (await pods.GetAsync("p", deadline.Token)).Status.Phase.ShouldBe("Succeeded");
        (await cluster.Client.GetTextAsync("/api/v1/namespaces/default/pods/p/log", deadline.Token)).ShouldBe("on n1\n");
        await cluster.Node.StopAsync(deadline.Token);
        (await cluster.Client.Nodes.FindAsync("n1", deadline.Token)).ShouldBeNull();
    }

    [Fact]
    public async Task The_node_may_not_do_what_only_an_administrator_may()
    {
        await using var cluster = await LocalCluster.StartAsync(new LocalClusterOptions { Node = new NodeAgentOptions { NodeName = "n1", Runtime = RuntimeChoice.Plain } });
        using var node = new KubernetesClient(Kubeconfig.Read(cluster.Server.CreateKubeconfig("system:node:n1", "system:nodes", "podkit:local-nodes")));
        var refusal = await Should.ThrowAsync<KubernetesException>(() => node.Secrets.InNamespace("default").CreateAsync(new Secret { Metadata = new() { Name = "s" } }));
        refusal.IsForbidden.ShouldBeTrue(refusal.Message);
        Encoding.UTF8.GetByteCount(refusal.Message).ShouldBeLessThan(1000);
    }
}
