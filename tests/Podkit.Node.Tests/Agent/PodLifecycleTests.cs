using System.Text;
using Podkit.Client;
using static Podkit.Node.Tests.Agent.TestNode;

namespace Podkit.Node.Tests.Agent;

public class PodLifecycleTests
{
    [Fact]
    public async Task A_pod_that_is_bound_to_the_node_runs_and_is_reported()
    {
        await using var node = await StartAsync();
        await node.RunAsync(Pod(Container("a"), Container("b")));
        var pod = await node.Api.WaitAsync("p", p => p.Status.ContainerStatuses!.TrueForAll(c => c.Ready));
        pod.Status.Phase.ShouldBe("Running");
        pod.Status.HostIP.ShouldBe("127.0.0.1");
        pod.Status.PodIP!.ShouldStartWith("127.88.");
        pod.Status.StartTime.ShouldBe(node.Clock.GetUtcNow());
        pod.Status.Conditions!.ShouldAllBe(c => c.Status == "True");
        pod.Status.ContainerStatuses![0].ContainerID!.ShouldStartWith("podkit://");
        await node.Api.WaitEventAsync("Started", "Started container a");
        (await node.Api.WaitEventAsync("Created", "Created container: b")).ShouldSatisfyAllConditions(
            e => e.InvolvedObject.FieldPath.ShouldBe("spec.containers{b}"),
            e => e.Source.Component.ShouldBe("kubelet"),
            e => e.Source.Host.ShouldBe("here"));
        await node.Api.WaitEventAsync("NoImage", "image busybox:1.36 is not in the local store: running its command on this machine's file system");
    }

    [Fact]
    public async Task A_container_knows_its_pod_its_node_and_its_services()
    {
        await using var node = await StartAsync();
        var container = Container();
        container.Args = ["$(NAME)"];
        container.Env =
        [
            new() { Name = "NAME", ValueFrom = new() { FieldRef = new() { FieldPath = "metadata.name" } } },
            new() { Name = "IP", ValueFrom = new() { FieldRef = new() { FieldPath = "status.podIP" } } },
            new() { Name = "HOST", ValueFrom = new() { FieldRef = new() { FieldPath = "status.hostIP" } } },
            new() { Name = "CPU", ValueFrom = new() { ResourceFieldRef = new() { Resource = "limits.cpu" } } },
        ];
        var pod = await node.RunAsync(Pod(container));
        var process = node.Runtime.Last("c");
        process.Environment["NAME"].ShouldBe("p");
        process.Environment["IP"].ShouldBe(pod.Status.PodIP);
        process.Environment["HOST"].ShouldBe("127.0.0.1");
        process.Environment["CPU"].ShouldBe("2");
        process.Environment["KUBERNETES_SERVICE_HOST"].ShouldBe("10.96.0.1");
        process.Spec.Command.ShouldBe(["run", "c", "p"]);
        process.Spec.Hostname.ShouldBe("p");
        process.Spec.Hosts.Select(h => h.Names[0]).ShouldBe(["kubernetes.default.svc", "p"]);
    }

    [Fact]
    public async Task A_container_that_keeps_failing_rests_longer_each_time()
    {
        await using var node = await StartAsync();
        await node.RunAsync(Pod());
        node.Runtime.Last("c").End(1);
        await node.WaitAsync("start c", 2);
        node.Runtime.Last("c").End(1);
        var pod = await node.Api.WaitAsync("p", p => p.Status.ContainerStatuses![0].State.Waiting is not null);
        var waiting = pod.Status.ContainerStatuses![0];
        waiting.State.Waiting!.Reason.ShouldBe("CrashLoopBackOff");
        waiting.State.Waiting.Message.ShouldBe($"back-off 10s restarting failed container=c pod=p_ns({pod.Metadata.Uid})");
        waiting.RestartCount.ShouldBe(1);
        waiting.LastState.Terminated!.ExitCode.ShouldBe(1);
        pod.Status.Phase.ShouldBe("Running");
        await node.Api.WaitEventAsync("BackOff", $"Back-off restarting failed container c in pod p_ns({pod.Metadata.Uid})");
        await node.PassAsync(TimeSpan.FromSeconds(10));
        await node.WaitAsync("start c", 3);
        node.Runtime.Last("c").End(1);
        await node.Api.WaitAsync("p", p => p.Status.ContainerStatuses![0].State.Waiting?.Message?.StartsWith("back-off 20s ", StringComparison.Ordinal) is true);
    }

    [Fact]
    public async Task A_pod_whose_containers_have_all_finished_succeeds_and_gives_back_what_it_had()
    {
        await using var node = await StartAsync();
        var pod = Pod();
        pod.Spec.RestartPolicy = "OnFailure";
        await node.RunAsync(pod);
        node.Runtime.Last("c").End(0);
        var done = await node.Api.WaitAsync("p", p => p.Status.Phase == "Succeeded");
        done.Status.ContainerStatuses![0].State.Terminated!.Reason.ShouldBe("Completed");
        await node.Api.WaitAsync(() => node.Volumes.Open == 0, () => "the volumes to be removed");
    }

    [Fact]
    public async Task A_pod_with_a_failed_container_that_is_not_restarted_fails()
    {
        await using var node = await StartAsync();
        var pod = Pod();
        pod.Spec.RestartPolicy = "Never";
        await node.RunAsync(pod);
        await File.WriteAllTextAsync(node.Runtime.Last("c").Spec.TerminationMessageFile!, "last words");
        node.Runtime.Last("c").End(137, "OOMKilled");
        var failed = await node.Api.WaitAsync("p", p => p.Status.Phase == "Failed");
        failed.Status.ContainerStatuses![0].State.Terminated.ShouldSatisfyAllConditions(
            t => t!.ExitCode.ShouldBe(137),
            t => t!.Reason.ShouldBe("OOMKilled"),
            t => t!.Message.ShouldBe("last words"));
    }

    [Fact]
    public async Task The_end_of_the_log_is_the_termination_message_when_that_is_asked_for()
    {
        await using var node = await StartAsync();
        var pod = Pod();
        pod.Spec.RestartPolicy = "Never";
        pod.Spec.Containers[0].TerminationMessagePolicy = "FallbackToLogsOnError";
        await node.RunAsync(pod);
        await node.Runtime.Last("c").WriteAsync("it broke\n");
        node.Runtime.Last("c").End(2);
        var failed = await node.Api.WaitAsync("p", p => p.Status.Phase == "Failed");
        failed.Status.ContainerStatuses![0].State.Terminated!.Message.ShouldBe("it broke\n");
    }

    [Fact]
    public async Task Init_containers_run_in_order_and_sidecars_stay()
    {
        await using var node = await StartAsync();
        var pod = Pod(Container("main"));
        var sidecar = Container("side");
        sidecar.RestartPolicy = "Always";
        pod.Spec.InitContainers = [Container("first"), sidecar, Container("second")];
        pod.Spec.RestartPolicy = "Never";
        node.Api.Put(pod);
        await node.WaitAsync("start first");
        var waiting = await node.Api.WaitAsync("p", p => p.Status.InitContainerStatuses?[0].State.Running is not null);
        waiting.Status.ContainerStatuses![0].State.Waiting!.Reason.ShouldBe("PodInitializing");
        waiting.Status.Phase.ShouldBe("Pending");
        node.Runtime.Last("first").End(0);
        await node.WaitAsync("start second");
        node.Runtime.Last("second").End(0);
        await node.WaitAsync("start main");
        node.Runtime.Last("main").End(0);
        var done = await node.Api.WaitAsync("p", p => p.Status.Phase == "Succeeded");
        node.Runtime.History.ShouldBe(["start first", "end first", "start side", "start second", "end second", "start main", "end main", "signal 15 side", "end side"]);
        done.Status.InitContainerStatuses!.Select(s => s.State.Terminated!.ExitCode).ShouldBe([0, 143, 0]);
    }

    [Fact]
    public async Task A_failed_init_container_fails_a_pod_that_is_not_restarted()
    {
        await using var node = await StartAsync();
        var pod = Pod(Container("main"));
        pod.Spec.InitContainers = [Container("first")];
        pod.Spec.RestartPolicy = "Never";
        node.Api.Put(pod);
        await node.WaitAsync("start first");
        node.Runtime.Last("first").End(3);
        await node.Api.WaitAsync("p", p => p.Status.Phase == "Failed");
        node.Runtime.Count("main").ShouldBe(0);
    }

    [Fact]
    public async Task A_deleted_pod_ends_main_containers_first_then_sidecars_and_goes()
    {
        await using var node = await StartAsync();
        var pod = Pod(Container("main"));
        var (one, two) = (Container("one"), Container("two"));
        (one.RestartPolicy, two.RestartPolicy) = ("Always", "Always");
        pod.Spec.InitContainers = [one, two];
        await node.RunAsync(pod);
        node.Api.Delete("p", 30);
        await node.Api.WaitGoneAsync("p");
        node.Runtime.History.Skip(3).ShouldBe(["signal 15 main", "end main", "signal 15 two", "end two", "signal 15 one", "end one"]);
        await node.Api.WaitEventAsync("Killing", "Stopping container main");
        await node.Api.WaitAsync(() => node.Volumes.Open == 0, () => "the volumes to be removed");
        node.Runtime.Started.ShouldAllBe(p => p.IsDisposed);
        await EventuallyAsync(() => Directory.GetDirectories(node.LogDirectory, "ns_p_*", SearchOption.AllDirectories).Length == 0);
    }

    [Fact]
    public async Task The_final_status_of_a_deleted_pod_is_reported_before_it_goes()
    {
        await using var node = await StartAsync();
        await node.RunAsync(Pod());
        node.Api.Delete("p", 30);
        await node.Api.WaitGoneAsync("p");
        var last = node.Api.StatusPatches.Last(p => p["status"]!["phase"] is not null)["status"]!;
        last["phase"]!.GetValue<string>().ShouldBe("Failed");
        last["containerStatuses"]![0]!["state"]!["terminated"]!["exitCode"]!.GetValue<int>().ShouldBe(143);
    }

    [Fact]
    public async Task A_container_that_does_not_end_is_killed_after_its_grace()
    {
        await using var node = await StartAsync();
        node.Runtime.Stubborn["c"] = true;
        await node.RunAsync(Pod());
        node.Api.Delete("p", 30);
        await node.WaitAsync("signal 15 c");
        await node.Clock.WaitForTimerAsync(TimeSpan.FromSeconds(30));
        node.Clock.Advance(TimeSpan.FromSeconds(29));
        node.Runtime.History.ShouldNotContain("kill c");
        node.Clock.Advance(TimeSpan.FromSeconds(1));
        await node.WaitAsync("kill c");
        await node.Api.WaitGoneAsync("p");
    }

    [Fact]
    public async Task A_pod_that_is_deleted_again_with_less_grace_ends_sooner()
    {
        await using var node = await StartAsync();
        node.Runtime.Stubborn["c"] = true;
        await node.RunAsync(Pod());
        node.Api.Delete("p", 3600);
        await node.WaitAsync("signal 15 c");
        node.Api.Delete("p", 5);
        await node.PassAsync(TimeSpan.FromSeconds(5));
        await node.WaitAsync("kill c");
        await node.Api.WaitGoneAsync("p");
    }

    [Fact]
    public async Task A_pod_that_is_removed_without_grace_is_ended_within_a_second()
    {
        await using var node = await StartAsync();
        node.Runtime.Stubborn["c"] = true;
        await node.RunAsync(Pod());
        node.Api.Delete("p", 0);
        await node.WaitAsync("signal 15 c");
        await node.PassAsync(TimeSpan.FromSeconds(1));
        await node.WaitAsync("kill c");
        await node.Api.WaitAsync(() => node.Volumes.Open == 0, () => "the volumes to be removed");
    }

    [Fact]
    public async Task A_pre_stop_hook_runs_before_the_container_is_asked_to_end()
    {
        await using var node = await StartAsync();
        var container = Container();
        container.Lifecycle = new() { PreStop = new() { Exec = new() { Command = ["drain"] } } };
        await node.RunAsync(Pod(container));
        node.Api.Delete("p", 30);
        await node.Api.WaitGoneAsync("p");
        node.Runtime.History.ShouldBe(["start c", "exec drain c", "signal 15 c", "end c"]);
    }

    [Fact]
    public async Task A_pre_stop_hook_that_takes_too_long_leaves_the_container_two_seconds()
    {
        await using var node = await StartAsync();
        node.Runtime.Stubborn["c"] = true;
        var container = Container();
        container.Lifecycle = new() { PreStop = new() { Exec = new() { Command = ["hang"] } } };
        await node.RunAsync(Pod(container));
        node.Api.Delete("p", 7);
        await node.WaitAsync("exec hang c");
        await node.PassAsync(TimeSpan.FromSeconds(7));
        await node.WaitAsync("signal 15 c");
        node.Runtime.History.ShouldNotContain("kill c");
        await node.PassAsync(TimeSpan.FromSeconds(2));
        await node.WaitAsync("kill c");
        await node.Api.WaitEventAsync("FailedPreStopHook", "PreStopHook failed: it took longer than the grace period");
    }

    [Fact]
    public async Task A_failed_post_start_hook_ends_the_container()
    {
        await using var node = await StartAsync();
        node.Runtime.Commands["warm-up"] = 1;
        var pod = Pod();
        pod.Spec.RestartPolicy = "Never";
        pod.Spec.Containers[0].Lifecycle = new() { PostStart = new() { Exec = new() { Command = ["warm-up"] } } };
        node.Api.Put(pod);
        await node.Api.WaitAsync("p", p => p.Status.Phase == "Failed");
        await node.Api.WaitEventAsync("FailedPostStartHook", "PostStartHook failed: command 'warm-up' exited with 1: said");
        node.Runtime.History.ShouldBe(["start c", "exec warm-up c", "signal 15 c", "end c"]);
    }

    [Fact]
    public async Task A_pod_that_is_active_for_too_long_fails()
    {
        await using var node = await StartAsync();
        var pod = Pod();
        pod.Spec.ActiveDeadlineSeconds = 60;
        await node.RunAsync(pod);
        await node.PassAsync(TimeSpan.FromSeconds(60));
        var failed = await node.Api.WaitAsync("p", p => p.Status.Phase == "Failed");
        failed.Status.Reason.ShouldBe("DeadlineExceeded");
        failed.Status.Message.ShouldBe("Pod was active on the node longer than the specified deadline");
    }

    [Fact]
    public async Task A_container_that_cannot_be_executed_shows_why()
    {
        await using var node = await StartAsync();
        node.Runtime.Failures["c"] = new ContainerStartException("StartError", "exec: \"run\": executable file not found in $PATH");
        var pod = Pod();
        pod.Spec.RestartPolicy = "Never";
        node.Api.Put(pod);
        var failed = await node.Api.WaitAsync("p", p => p.Status.Phase == "Failed");
        failed.Status.ContainerStatuses![0].State.Terminated.ShouldSatisfyAllConditions(
            t => t!.Reason.ShouldBe("StartError"),
            t => t!.ExitCode.ShouldBe(128),
            t => t!.Message.ShouldBe("exec: \"run\": executable file not found in $PATH"));
        await node.Api.WaitEventAsync("Failed", "Error: exec: \"run\": executable file not found in $PATH");
    }

    [Fact]
    public async Task A_container_without_a_command_says_what_to_do()
    {
        await using var node = await StartAsync();
        var pod = Pod();
        pod.Spec.Containers[0].Command = null;
        node.Api.Put(pod);
        var waiting = await node.Api.WaitAsync("p", p => p.Status.ContainerStatuses?[0].State.Waiting?.Reason == "CreateContainerError");
        waiting.Status.ContainerStatuses![0].State.Waiting!.Message.ShouldBe("container \"c\" has no command, and image busybox:1.36 is not in the local store: give --exec c=COMMAND");
        waiting.Status.Phase.ShouldBe("Pending");
    }

    [Fact]
    public async Task The_command_of_a_container_can_be_replaced()
    {
        await using var node = await StartAsync(new() { ExecOverrides = new Dictionary<string, string> { ["c"] = "python3 app.py 'two words'" } });
        var pod = Pod();
        pod.Spec.Containers[0].Args = ["dropped"];
        await node.RunAsync(pod);
        node.Runtime.Last("c").Spec.Command.ShouldBe(["python3", "app.py", "two words"]);
    }

    [Fact]
    public async Task A_container_waits_for_the_config_map_of_its_environment()
    {
        await using var node = await StartAsync();
        var pod = Pod();
        pod.Spec.Containers[0].EnvFrom = [new() { ConfigMapRef = new() { Name = "settings" } }];
        node.Api.Put(pod);
        var waiting = await node.Api.WaitAsync("p", p => p.Status.ContainerStatuses?[0].State.Waiting?.Reason == "CreateContainerConfigError");
        waiting.Status.ContainerStatuses![0].State.Waiting!.Message.ShouldBe("configmap \"settings\" not found");
        await node.Api.WaitEventAsync("Failed", "Error: configmap \"settings\" not found");
        node.Api.PutConfigMap("settings", new() { ["COLOUR"] = "blue" });
        await node.WaitAsync("start c");
        node.Runtime.Last("c").Environment["COLOUR"].ShouldBe("blue");
    }

    [Fact]
    public async Task A_pod_waits_for_its_volumes()
    {
        await using var node = await StartAsync();
        node.Volumes.Failures.Enqueue(new VolumeException("v", "configmap \"x\" not found"));
        var pod = Pod();
        pod.Spec.Volumes = [new() { Name = "v", ConfigMap = new() { Name = "x" } }];
        node.Api.Put(pod);
        await node.Api.WaitEventAsync("FailedMount", "MountVolume.SetUp failed for volume \"v\" : configmap \"x\" not found");
        var waiting = await node.Api.WaitAsync("p", p => p.Status.ContainerStatuses is not null);
        waiting.Status.ContainerStatuses![0].State.Waiting!.Reason.ShouldBe("ContainerCreating");
        waiting.Status.Conditions!.Find(c => c.Type == "PodReadyToStartContainers")!.Status.ShouldBe("False");
        await node.Api.WaitWatchedAsync("x");
        node.Api.PutConfigMap("x", []);
        await node.WaitAsync("start c");
    }

    [Fact]
    public async Task A_status_that_could_not_be_sent_is_sent_again()
    {
        await using var node = await StartAsync();
        node.Api.StatusFailures.Enqueue(new KubernetesException(new Model.Meta.V1.Status { Code = 500, Reason = "InternalError", Message = "broken" }));
        node.Api.StatusFailures.Enqueue(new KubernetesConnectionException(KubernetesConnectionError.Refused, "refused"));
        node.Api.Put(Pod());
        var running = node.Api.WaitAsync("p", p => p.Status.Phase == "Running");
        while (!running.IsCompleted)
        {
            node.Clock.Advance(TimeSpan.FromMilliseconds(200));
            await Task.WhenAny(running, Task.Delay(5));
        }
        (await running).Status.ContainerStatuses![0].Ready.ShouldBeTrue();
    }

    [Fact]
    public async Task The_logs_of_a_container_can_be_read_while_it_runs_and_after_a_restart()
    {
        await using var node = await StartAsync();
        await node.RunAsync(Pod());
        using var live = node.Agent.SubscribeLogs();
        await node.Runtime.Last("c").WriteAsync("one\n");
        Encoding.UTF8.GetString((await live.Lines.ReadAsync()).Line.Span).ShouldBe("one");
        (await ReadLogAsync(node, new())).ShouldBe("one\n");
        node.Runtime.Last("c").End(1);
        await node.Api.WaitAsync("p", p => p.Status.ContainerStatuses![0] is { RestartCount: 1, State.Running: not null });
        (await ReadLogAsync(node, new() { Previous = true })).ShouldBe("one\n");
        (await ReadLogAsync(node, new())).ShouldBe("");
    }

    [Fact]
    public async Task A_log_that_is_not_there_is_refused_in_the_words_of_a_kubelet()
    {
        await using var node = await StartAsync();
        var pod = Pod();
        pod.Spec.Containers[0].Command = null;
        node.Api.Put(pod);
        await node.Api.WaitAsync("p", p => p.Status.ContainerStatuses is not null);
        Refusal(node, "other", "c").ShouldBe("pods \"other\" not found");
        Refusal(node, "p", "x").ShouldBe("container x is not valid for pod p");
        await node.Api.WaitAsync("p", p => p.Status.ContainerStatuses?[0].State.Waiting?.Reason == "CreateContainerError");
        Refusal(node, "p", "c").ShouldStartWith("container \"c\" in pod \"p\" is waiting to start: container \"c\" has no command");
        Should.Throw<ContainerLogException>(() => node.Agent.OpenLog("ns", "p", "c", new() { Previous = true })).Message.ShouldBe("previous terminated container \"c\" in pod \"p\" not found");
    }

    [Fact]
    public async Task Commands_run_in_containers_that_run()
    {
        await using var node = await StartAsync();
        await node.RunAsync(Pod());
        node.Runtime.Commands["check"] = 3;
        (await node.Agent.ExecAsync("ns", "p", "c", new() { Command = ["check"] }, CancellationToken.None)).ShouldBe(3);
        await Should.ThrowAsync<InvalidOperationException>(() => node.Agent.ExecAsync("ns", "p", "x", new() { Command = ["check"] }, CancellationToken.None));
    }

    [Fact]
    public async Task A_container_whose_image_is_changed_is_restarted()
    {
        await using var node = await StartAsync();
        await node.RunAsync(Pod());
        node.Api.Change("p", p => (p.Spec.Containers[0].Image, p.Metadata.Generation) = ("busybox:2", 2));
        await node.WaitAsync("start c", 2);
        node.Runtime.Last("c").Spec.Image.ShouldBe("busybox:2");
        await node.Api.WaitEventAsync("Killing", "Container c definition changed, will be restarted");
        var pod = await node.Api.WaitAsync("p", p => p.Status.ObservedGeneration == 2 && p.Status.ContainerStatuses![0].RestartCount == 1);
        pod.Status.ContainerStatuses![0].Image.ShouldBe("busybox:2");
    }

    private static async Task EventuallyAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition()) await Task.Delay(5, limit.Token);
    }

    private static string Refusal(TestNode node, string pod, string container) =>
        Should.Throw<ContainerLogException>(() => node.Agent.OpenLog("ns", pod, container, new())).Message;

    private static async Task<string> ReadLogAsync(TestNode node, ContainerLogOptions options)
    {
        await using var log = node.Agent.OpenLog("ns", "p", "c", options);
        using var reader = new StreamReader(log);
        return await reader.ReadToEndAsync();
    }
}
