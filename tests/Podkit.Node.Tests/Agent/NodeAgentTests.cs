using Podkit.Model;
using static Podkit.Node.Tests.Agent.TestNode;

namespace Podkit.Node.Tests.Agent;

public class NodeAgentTests
{
    [Fact]
    public async Task A_node_registers_itself_and_shows_that_it_lives()
    {
        await using var node = await StartAsync(new() { NodeLabels = new Dictionary<string, string> { ["zone"] = "desk" } });
        var registered = node.Api.Node!;
        registered.Metadata.Name.ShouldBe("here");
        registered.Metadata.Labels!["kubernetes.io/hostname"].ShouldBe("here");
        registered.Metadata.Labels["zone"].ShouldBe("desk");
        registered.Status.Addresses!.Select(a => (a.Type, a.Address)).ShouldBe([("InternalIP", "127.0.0.1"), ("Hostname", "here")]);
        registered.Status.Allocatable!["cpu"].ShouldBe(Quantity.Parse("2"));
        registered.Status.NodeInfo.KubeletVersion.ShouldStartWith("v1.34.");
        registered.Status.Conditions!.Find(c => c.Type == "Ready")!.Status.ShouldBe("True");
        node.Api.Lease!.Spec.HolderIdentity.ShouldBe("here");
        var renewals = node.Api.LeaseRenewals;
        await node.PassAsync(TimeSpan.FromSeconds(10));
        await node.Api.WaitAsync(() => node.Api.LeaseRenewals > renewals, () => "the lease to be renewed");
    }

    [Fact]
    public async Task What_this_machine_has_can_be_told()
    {
        var capacity = Podkit.Node.Agent.MachineInfo.Capacity(110, Path.GetTempPath());
        capacity["cpu"].Value.ShouldBe(Environment.ProcessorCount);
        capacity["memory"].Value.ShouldBeGreaterThan(0);
        capacity["ephemeral-storage"].Value.ShouldBeGreaterThan(0);
        capacity["pods"].Value.ShouldBe(110);
        Podkit.Node.Agent.MachineInfo.System("plain").OperatingSystem.ShouldBe("linux");
        await Task.CompletedTask;
    }

    [Fact]
    public async Task A_change_of_labels_reaches_the_volumes_at_once()
    {
        await using var node = await StartAsync();
        await node.RunAsync(Pod());
        node.Api.Change("p", p => p.Metadata.Labels = new() { ["env"] = "staging" });
        await node.Api.WaitAsync(() => node.Volumes.Shown.Contains("p: env=staging"), () => "the labels to be shown");
        node.Volumes.Annotations["kubernetes.io/config.source"].ShouldBe("api");
        node.Volumes.Annotations["kubernetes.io/config.seen"].ShouldBe("2026-11-22T12:00:00Z");
    }

    [Fact]
    public async Task A_change_of_status_alone_does_not_touch_the_volumes()
    {
        await using var node = await StartAsync();
        await node.RunAsync(Pod());
        await node.Api.WaitAsync("p", p => p.Status.ContainerStatuses![0].Ready);
        node.Api.Change("p", p => p.Metadata.Labels = new() { ["a"] = "1" });
        await node.Api.WaitAsync(() => node.Volumes.Shown.Contains("p: a=1"), () => "the labels to be shown");
        node.Volumes.Updates.ShouldBe(1);
    }

    [Fact]
    public async Task A_change_of_a_config_map_reaches_the_volumes_at_once()
    {
        await using var node = await StartAsync();
        node.Api.PutConfigMap("x", new() { ["k"] = "1" });
        var pod = Pod();
        pod.Spec.Volumes = [new() { Name = "v", ConfigMap = new() { Name = "x" } }];
        pod.Spec.Containers[0].EnvFrom = [new() { ConfigMapRef = new() { Name = "x" } }];
        await node.RunAsync(pod);
        node.Api.PutConfigMap("x", new() { ["k"] = "2" });
        await node.Api.WaitAsync(() => node.Volumes.Updates == 1, () => "the volumes to be updated");
    }

    [Fact]
    public async Task Volumes_are_looked_at_when_a_token_wants_to_be_refreshed_and_now_and_then()
    {
        await using var node = await StartAsync();
        node.Volumes.NextRefresh = node.Clock.GetUtcNow().AddSeconds(20);
        await node.RunAsync(Pod());
        await node.PassAsync(TimeSpan.FromSeconds(20));
        await node.Api.WaitAsync(() => node.Volumes.Updates == 1, () => "the refresh");
        await node.PassAsync(TimeSpan.FromSeconds(60));
        await node.Api.WaitAsync(() => node.Volumes.Updates >= 2, () => "the resync");
    }

    [Fact]
    public async Task Each_pod_has_an_address_of_its_own_and_the_host_network_is_the_hosts()
    {
        await using var node = await StartAsync();
        for (var i = 0; i < 3; i++)
        {
            var pod = Pod();
            pod.Metadata.Name = $"p{i}";
            if (i == 2) pod.Spec.HostNetwork = true;
            await node.RunAsync(pod);
        }
        var addresses = new[] { "p0", "p1", "p2" }.Select(p => node.Api.Find(p)!.Status.PodIP).ToList();
        addresses.Distinct().Count().ShouldBe(3);
        addresses[2].ShouldBe("127.0.0.1");
    }

    [Fact]
    public async Task Stopping_the_node_ends_its_pods_within_their_grace_and_leaves_nothing()
    {
        await using var node = await StartAsync();
        node.Runtime.Stubborn["b"] = true;
        await node.RunAsync(Pod(Container("a"), Container("b")));
        var stopping = node.Agent.StopAsync(CancellationToken.None);
        await node.WaitAsync("signal 15 b");
        await node.PassAsync(TimeSpan.FromSeconds(30));
        await stopping.WaitAsync(TimeSpan.FromSeconds(30));
        node.Runtime.History.ShouldContain("kill b");
        var pod = node.Api.Find("p")!;
        pod.Status.Phase.ShouldBe("Failed");
        pod.Status.Reason.ShouldBe("Terminated");
        pod.Status.Message.ShouldBe("Pod was terminated in response to imminent node shutdown.");
        pod.Status.Conditions!.Find(c => c.Type == "DisruptionTarget")!.Reason.ShouldBe("TerminationByKubelet");
        node.Volumes.Open.ShouldBe(0);
        node.Api.Node.ShouldBeNull();
        node.Api.Lease.ShouldBeNull();
        Directory.Exists(node.LogDirectory).ShouldBeFalse();
    }

    [Fact]
    public async Task A_node_that_may_not_remove_itself_says_that_it_no_longer_runs()
    {
        await using var node = await StartAsync();
        node.Api.MayNotDeleteNodes = true;
        await node.Agent.StopAsync(CancellationToken.None);
        var ready = node.Api.NodePatches.Last()["status"]!["conditions"]!.AsArray().Single(c => c!["type"]!.GetValue<string>() == "Ready")!;
        ready["status"]!.GetValue<string>().ShouldBe("False");
        ready["message"]!.GetValue<string>().ShouldBe("node is shutting down");
    }

    [Fact]
    public async Task Stopping_the_node_in_a_hurry_kills_what_runs()
    {
        await using var node = await StartAsync();
        node.Runtime.Stubborn["c"] = true;
        await node.RunAsync(Pod());
        using var hurry = new CancellationTokenSource();
        var stopping = node.Agent.StopAsync(hurry.Token);
        await node.WaitAsync("signal 15 c");
        await hurry.CancelAsync();
        await stopping.WaitAsync(TimeSpan.FromSeconds(30));
        node.Runtime.Started.ShouldAllBe(p => p.IsDisposed);
        node.Volumes.Open.ShouldBe(0);
    }

    [Fact]
    public async Task A_node_may_be_told_to_give_no_grace()
    {
        await using var node = await StartAsync(new() { TerminateGracefully = false });
        node.Runtime.Stubborn["c"] = true;
        await node.RunAsync(Pod());
        await node.Agent.StopAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));
        node.Runtime.History.ShouldContain("kill c");
    }

    [Fact]
    public async Task A_node_that_comes_back_goes_on_with_its_pods()
    {
        var clock = new TestClock();
        var api = new FakeApi(clock);
        var pod = Pod();
        pod.Status = new()
        {
            Phase = "Running",
            ContainerStatuses = [new() { Name = "c", RestartCount = 2, ContainerID = "podkit://old", State = new() { Running = new() { StartedAt = clock.GetUtcNow() } } }],
        };
        api.Put(pod);
        await using var node = await StartAsync(api: api, clock: clock);
        var back = await api.WaitAsync("p", p => p.Status.ContainerStatuses![0] is { RestartCount: 3, State.Running: not null });
        back.Status.ContainerStatuses![0].LastState.Terminated.ShouldSatisfyAllConditions(
            t => t!.ExitCode.ShouldBe(137),
            t => t!.Reason.ShouldBe("ContainerStatusUnknown"),
            t => t!.ContainerID.ShouldBe("podkit://old"));
    }

    [Fact]
    public async Task A_pod_that_had_finished_before_is_left_alone_until_it_is_deleted()
    {
        var clock = new TestClock();
        var api = new FakeApi(clock);
        var pod = Pod();
        pod.Status = new() { Phase = "Succeeded" };
        api.Put(pod);
        await using var node = await StartAsync(api: api, clock: clock);
        api.Delete("p", 30);
        await api.WaitGoneAsync("p");
        node.Runtime.History.ShouldBeEmpty();
        api.StatusPatches.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Not A Name")]
    [InlineData("")]
    public void A_bad_name_is_refused(string name) =>
        Should.Throw<ArgumentException>(() => new NodeAgentOptions { NodeName = name }.Validate()).Message.ShouldStartWith($"NodeAgentOptions.NodeName is \"{name}\"");

    [Fact]
    public void A_bad_network_is_refused() =>
        Should.Throw<ArgumentException>(() => new NodeAgentOptions { PodNetwork = "fd00::/64" }.Validate()).Message.ShouldContain("NodeAgentOptions.PodNetwork");

    [Fact]
    public void The_default_name_is_a_name() => new NodeAgentOptions().Validate();
}
