using Podkit.Model;
using Podkit.Model.Core.V1;
using Podkit.Node.Scheduling;
using static Podkit.Node.Tests.Agent.TestNode;

namespace Podkit.Node.Tests.Scheduling;

public class SchedulerTests
{
    [Fact]
    public async Task A_pod_without_a_node_is_bound_and_runs()
    {
        await using var node = await StartAsync();
        await node.RunAsync(Unbound());
        node.Api.Find("p")!.Spec.NodeName.ShouldBe("here");
        (await node.Api.WaitEventAsync("Scheduled", "Successfully assigned ns/p to here")).Source.Component.ShouldBe("default-scheduler");
    }

    [Fact]
    public async Task A_pod_of_another_scheduler_is_left_alone()
    {
        await using var node = await StartAsync();
        var other = Unbound();
        (other.Metadata.Name, other.Spec.SchedulerName) = ("other", "mine");
        node.Api.Put(other);
        await node.RunAsync(Unbound());
        node.Api.Find("other")!.Spec.NodeName.ShouldBeNull();
    }

    [Fact]
    public async Task A_pod_that_asks_for_too_much_waits_says_so_and_is_bound_when_there_is_room()
    {
        await using var node = await StartAsync();
        var first = Requesting("1500m");
        await node.RunAsync(first);
        var second = Requesting("1");
        second.Metadata.Name = "second";
        node.Api.Put(second);
        var waiting = await node.Api.WaitAsync("second", p => p.Status.Conditions is not null);
        waiting.Status.Conditions!.Find(c => c.Type == "PodScheduled").ShouldSatisfyAllConditions(
            c => c!.Status.ShouldBe("False"),
            c => c!.Reason.ShouldBe("Unschedulable"),
            c => c!.Message.ShouldBe("0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod."));
        await node.Api.WaitEventAsync("FailedScheduling", waiting.Status.Conditions!.Find(c => c.Type == "PodScheduled")!.Message!);
        node.Api.Delete("p", 30);
        await node.Api.WaitAsync("second", p => p.Status.Phase == "Running");
    }

    [Fact]
    public async Task A_gated_pod_waits()
    {
        await using var node = await StartAsync();
        var pod = Unbound();
        pod.Spec.SchedulingGates = [new() { Name = "gate" }];
        node.Api.Put(pod);
        var gated = await node.Api.WaitAsync("p", p => p.Status.Conditions is not null);
        gated.Status.Conditions![0].Reason.ShouldBe("SchedulingGated");
        node.Api.Change("p", p => p.Spec.SchedulingGates = null);
        await node.Api.WaitAsync("p", p => p.Status.Phase == "Running");
    }

    [Fact]
    public void The_node_selector_and_the_node_affinity_must_match()
    {
        var node = Node();
        var pod = Unbound();
        pod.Spec.NodeSelector = new() { ["disk"] = "ssd" };
        NodeFit.Problem(pod, node, []).ShouldBe("0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.");
        node.Metadata.Labels = new() { ["disk"] = "ssd", ["size"] = "7" };
        NodeFit.Problem(pod, node, []).ShouldBeNull();
        NodeFit.Problem(WithAffinity("size", "Gt", "6"), node, []).ShouldBeNull();
        NodeFit.Problem(WithAffinity("size", "Gt", "7"), node, []).ShouldNotBeNull();
        NodeFit.Problem(WithAffinity("disk", "In", "hdd", "ssd"), node, []).ShouldBeNull();
        NodeFit.Problem(WithAffinity("disk", "NotIn", "ssd"), node, []).ShouldNotBeNull();
        NodeFit.Problem(WithAffinity("gpu", "DoesNotExist"), node, []).ShouldBeNull();
        NodeFit.Problem(WithAffinity("gpu", "Exists"), node, []).ShouldNotBeNull();
    }

    [Fact]
    public void Taints_must_be_tolerated()
    {
        var node = Node();
        node.Spec.Taints = [new() { Key = "k", Value = "v", Effect = "NoSchedule" }];
        var pod = Unbound();
        NodeFit.Problem(pod, node, [])!.ShouldStartWith("0/1 nodes are available: 1 node(s) had untolerated taint {k: v}.");
        pod.Spec.Tolerations = [new() { Key = "k", Operator = "Equal", Value = "v" }];
        NodeFit.Problem(pod, node, []).ShouldBeNull();
        pod.Spec.Tolerations = [new() { Operator = "Exists" }];
        NodeFit.Problem(pod, node, []).ShouldBeNull();
        node.Spec.Unschedulable = true;
        pod.Spec.Tolerations = null;
        NodeFit.Problem(pod, node, [])!.ShouldStartWith("0/1 nodes are available: 1 node(s) were unschedulable.");
    }

    [Fact]
    public void Every_shortage_is_named()
    {
        var pod = Requesting("3");
        pod.Spec.Containers[0].Resources.Requests!["memory"] = Quantity.Parse("2Gi");
        pod.Spec.Containers[0].Resources.Requests!["example.com/gpu"] = Quantity.Parse("1");
        NodeFit.Problem(pod, Node(), [])!.ShouldStartWith("0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient example.com/gpu, 1 Insufficient memory.");
    }

    [Fact]
    public void A_host_port_is_given_once()
    {
        var pod = Unbound();
        pod.Spec.Containers[0].Ports = [new() { ContainerPortValue = 80, HostPort = 8080 }];
        NodeFit.Problem(pod, Node(), []).ShouldBeNull();
        NodeFit.Problem(pod, Node(), [pod])!.ShouldStartWith("0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports.");
    }

    [Fact]
    public void A_pod_asks_for_what_runs_together_or_for_its_largest_init_container()
    {
        var pod = Requesting("500m");
        pod.Spec.InitContainers = [Sidecar("250m"), Init("1")];
        PodRequests.Of(pod.Spec)["cpu"].ShouldBe(Quantity.Parse("1250m"));
        pod.Spec.InitContainers = [Init("1"), Sidecar("250m")];
        PodRequests.Of(pod.Spec)["cpu"].ShouldBe(Quantity.Parse("1"));
        pod.Spec.InitContainers = [Sidecar("2")];
        pod.Spec.Overhead = new() { ["cpu"] = Quantity.Parse("100m") };
        PodRequests.Of(pod.Spec)["cpu"].ShouldBe(Quantity.Parse("2600m"));
    }

    private static Pod Unbound()
    {
        var pod = Pod();
        (pod.Spec.NodeName, pod.Spec.SchedulerName) = (null, "default-scheduler");
        return pod;
    }

    private static Pod Requesting(string cpu)
    {
        var pod = Unbound();
        pod.Spec.Containers[0].Resources = new() { Requests = new() { ["cpu"] = Quantity.Parse(cpu) } };
        return pod;
    }

    private static Container Init(string cpu) => new() { Name = "i", Resources = new() { Requests = new() { ["cpu"] = Quantity.Parse(cpu) } } };

    private static Container Sidecar(string cpu)
    {
        var container = Init(cpu);
        container.RestartPolicy = "Always";
        return container;
    }

    private static Pod WithAffinity(string key, string operation, params string[] values)
    {
        var pod = Unbound();
        pod.Spec.Affinity = new()
        {
            NodeAffinity = new() { RequiredDuringSchedulingIgnoredDuringExecution = new() { NodeSelectorTerms = [new() { MatchExpressions = [new() { Key = key, Operator = operation, Values = [.. values] }] }] } },
        };
        return pod;
    }

    private static Model.Core.V1.Node Node() => new() { Metadata = new() { Name = "here" }, Status = new() { Allocatable = Capacity } };
}
