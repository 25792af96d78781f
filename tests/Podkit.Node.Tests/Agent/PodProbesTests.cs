using static Podkit.Node.Tests.Agent.TestNode;

namespace Podkit.Node.Tests.Agent;

public class PodProbesTests
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_container_that_fails_its_liveness_probe_is_restarted()
    {
        await using var node = await StartAsync();
        node.Runtime.Commands["alive"] = 1;
        var container = Container();
        container.LivenessProbe = new() { Exec = new() { Command = ["alive"] }, FailureThreshold = 2 };
        await node.RunAsync(Pod(container));
        await node.WaitAsync("exec alive c");
        await node.PassAsync(Period);
        await node.WaitAsync("start c", 2);
        node.Runtime.History.Take(5).ShouldBe(["start c", "exec alive c", "exec alive c", "signal 15 c", "end c"]);
        await node.Api.WaitEventAsync("Killing", "Container c failed liveness probe, will be restarted");
        await node.Api.WaitAsync(() => node.Api.Events.Find(e => e.Reason == "Unhealthy")?.Count >= 2, () => "the event to be counted");
        (await node.Api.WaitEventAsync("Unhealthy", "Liveness probe failed: said")).Type.ShouldBe("Warning");
    }

    [Fact]
    public async Task A_pod_is_ready_when_its_readiness_probe_says_so()
    {
        await using var node = await StartAsync();
        node.Runtime.Commands["ready"] = 1;
        var container = Container();
        container.ReadinessProbe = new() { Exec = new() { Command = ["ready"] }, FailureThreshold = 1 };
        await node.RunAsync(Pod(container));
        await node.Api.WaitEventAsync("Unhealthy", "Readiness probe failed: said");
        node.Api.Find("p")!.Status.ContainerStatuses![0].Ready.ShouldBeFalse();
        node.Runtime.Commands["ready"] = 0;
        await node.PassAsync(Period);
        await node.Api.WaitAsync("p", p => p.Status.Conditions!.Exists(c => c is { Type: "Ready", Status: "True" }));
        node.Runtime.Commands["ready"] = 1;
        await node.PassAsync(Period);
        await node.Api.WaitAsync("p", p => p.Status.Conditions!.Exists(c => c is { Type: "Ready", Status: "False" }));
    }

    [Fact]
    public async Task The_other_probes_wait_for_the_startup_probe()
    {
        await using var node = await StartAsync();
        node.Runtime.Commands["started"] = 1;
        var container = Container();
        container.StartupProbe = new() { Exec = new() { Command = ["started"] } };
        container.LivenessProbe = new() { Exec = new() { Command = ["alive"] } };
        await node.RunAsync(Pod(container));
        await node.Api.WaitEventAsync("Unhealthy", "Startup probe failed: said");
        node.Api.Find("p")!.Status.ContainerStatuses![0].Started.ShouldBe(false);
        node.Runtime.Commands["started"] = 0;
        await node.PassAsync(Period);
        await node.WaitAsync("exec alive c");
        node.Runtime.History.ShouldBe(["start c", "exec started c", "exec started c", "exec alive c"]);
        await node.Api.WaitAsync("p", p => p.Status.ContainerStatuses![0] is { Started: true, Ready: true });
    }

    [Fact]
    public async Task A_container_that_does_not_start_in_time_is_restarted()
    {
        await using var node = await StartAsync();
        node.Runtime.Commands["started"] = 1;
        var container = Container();
        container.StartupProbe = new() { Exec = new() { Command = ["started"] }, FailureThreshold = 1 };
        node.Api.Put(Pod(container));
        await node.Api.WaitEventAsync("Killing", "Container c failed startup probe, will be restarted");
        await node.WaitAsync("start c", 2);
    }

    [Fact]
    public async Task A_sidecar_holds_the_main_containers_until_its_startup_probe_succeeds()
    {
        await using var node = await StartAsync();
        node.Runtime.Commands["started"] = 1;
        var sidecar = Container("side");
        (sidecar.RestartPolicy, sidecar.StartupProbe) = ("Always", new() { Exec = new() { Command = ["started"] } });
        var pod = Pod(Container("main"));
        pod.Spec.InitContainers = [sidecar];
        node.Api.Put(pod);
        await node.Api.WaitEventAsync("Unhealthy", "Startup probe failed: said");
        node.Runtime.Count("main").ShouldBe(0);
        node.Runtime.Commands["started"] = 0;
        await node.PassAsync(Period);
        await node.WaitAsync("start main");
    }

    [Fact]
    public async Task A_probe_that_names_no_port_of_the_container_says_so()
    {
        await using var node = await StartAsync();
        var container = Container();
        container.ReadinessProbe = new() { HttpGet = new() { Port = "web" } };
        await node.RunAsync(Pod(container));
        await node.Api.WaitEventAsync("Unhealthy", "Readiness probe errored: couldn't find port: web in container c");
    }
}
