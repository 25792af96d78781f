using Podkit.Model.Core.V1;
using Podkit.Node.Status;
using static Podkit.Node.Tests.Status.Records;

namespace Podkit.Node.Tests.Status;

public class PodStatusBuilderTests
{
    [Fact]
    public void A_container_that_has_not_run_waits_for_its_creation()
    {
        var status = StatusOf(Pod(), MainOf("a"));
        status.ContainerStatuses![0].State.Waiting!.Reason.ShouldBe("ContainerCreating");
        status.ContainerStatuses[0].Started.ShouldBe(false);
        status.ContainerStatuses[0].Image.ShouldBe("busybox:1.36");
        status.ContainerStatuses[0].LastState.Terminated.ShouldBeNull();
    }

    [Fact]
    public void Containers_of_a_pod_with_init_containers_wait_for_its_initialisation()
    {
        var status = StatusOf(Pod(), Init("i").Run(), MainOf("a"));
        status.ContainerStatuses![0].State.Waiting!.Reason.ShouldBe("PodInitializing");
        status.InitContainerStatuses![0].State.Running!.StartedAt.ShouldBe(Now);
        status.Condition("Initialized").ShouldSatisfyAllConditions(
            c => c.Status.ShouldBe("False"),
            c => c.Reason.ShouldBe("ContainersNotInitialized"),
            c => c.Message.ShouldBe("containers with incomplete status: [i]"));
    }

    [Fact]
    public void A_running_pod_is_ready_and_says_where_it_is()
    {
        var status = StatusOf(Pod(), MainOf("a").Run());
        status.Phase.ShouldBe("Running");
        status.Conditions!.ShouldAllBe(c => c.Status == "True");
        status.Conditions!.Select(c => c.Type).ShouldBe(["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"]);
        status.Conditions!.ShouldAllBe(c => c.ObservedGeneration == 3);
        status.PodIP.ShouldBe("127.88.0.2");
        status.PodIPs![0].Ip.ShouldBe("127.88.0.2");
        status.HostIPs![0].Ip.ShouldBe("127.0.0.1");
        status.ObservedGeneration.ShouldBe(3);
        var container = status.ContainerStatuses![0];
        container.ContainerID.ShouldBe("podkit://id-a");
        container.Ready.ShouldBeTrue();
        container.Started.ShouldBe(true);
        container.RestartCount.ShouldBe(0);
    }

    [Fact]
    public void A_container_with_a_readiness_probe_is_ready_once_the_probe_says_so()
    {
        var record = MainOf("a");
        record.Spec.ReadinessProbe = new() { TcpSocket = new() { Port = 80 } };
        record.Run();
        var status = StatusOf(Pod(), record);
        status.ContainerStatuses![0].Ready.ShouldBeFalse();
        status.Condition("Ready").ShouldSatisfyAllConditions(
            c => c.Reason.ShouldBe("ContainersNotReady"),
            c => c.Message.ShouldBe("containers with unready status: [a]"));
        record.ProbedReady = true;
        StatusOf(Pod(), record).Condition("Ready").Status.ShouldBe("True");
    }

    [Fact]
    public void A_container_in_back_off_waits_and_shows_how_it_ended()
    {
        var record = MainOf("a").End(3);
        record.Waiting = (WaitingReasons.CrashLoopBackOff, "back-off 10s restarting failed container=a pod=p_ns(uid)");
        var container = StatusOf(Pod(), record).ContainerStatuses![0];
        container.State.Waiting!.Reason.ShouldBe("CrashLoopBackOff");
        container.State.Terminated.ShouldBeNull();
        container.LastState.Terminated!.ExitCode.ShouldBe(3);
        container.LastState.Terminated.Reason.ShouldBe("Error");
    }

    [Fact]
    public void A_restarted_container_counts_and_remembers_its_last_end()
    {
        var container = StatusOf(Pod(), MainOf("a").End(3).Run()).ContainerStatuses![0];
        container.RestartCount.ShouldBe(1);
        container.State.Running.ShouldNotBeNull();
        container.LastState.Terminated!.ExitCode.ShouldBe(3);
    }

    [Fact]
    public void A_container_at_rest_shows_its_end_and_the_one_before()
    {
        var container = StatusOf(Pod("Never"), MainOf("a").End(3).Run().End(4)).ContainerStatuses![0];
        container.State.Terminated!.ExitCode.ShouldBe(4);
        container.LastState.Terminated!.ExitCode.ShouldBe(3);
    }

    [Fact]
    public void A_container_that_failed_to_start_again_counts_as_a_restart()
    {
        var record = MainOf("a").End(1);
        record.BeginStart();
        record.MarkTerminated(new(128, ExitReasons.StartError, "no such file", Now, Now, null));
        StatusOf(Pod(), record).ContainerStatuses![0].RestartCount.ShouldBe(1);
    }

    [Fact]
    public void A_finished_pod_says_that_it_is_completed()
    {
        var status = StatusOf(Pod("Never"), MainOf("a").End());
        status.Phase.ShouldBe("Succeeded");
        status.Condition("Initialized").Reason.ShouldBe("PodCompleted");
        status.Condition("Ready").Reason.ShouldBe("PodCompleted");
        status.Condition("ContainersReady").Status.ShouldBe("False");
    }

    [Fact]
    public void A_failed_pod_says_that_it_has_failed() => StatusOf(Pod("Never"), MainOf("a").End(1)).Condition("Ready").Reason.ShouldBe("PodFailed");

    [Fact]
    public void A_pod_that_failed_as_a_whole_says_why()
    {
        var view = new PodView(Pod(), [MainOf("a").End(137)], Now) { Terminal = true, Failure = ("DeadlineExceeded", "Pod was active on the node longer than the specified deadline") };
        var status = PodStatusBuilder.Build(view);
        status.Phase.ShouldBe("Failed");
        status.Reason.ShouldBe("DeadlineExceeded");
        status.Message.ShouldBe("Pod was active on the node longer than the specified deadline");
    }

    [Fact]
    public void A_condition_keeps_its_time_until_it_turns()
    {
        var pod = Pod();
        var record = MainOf("a").Run();
        var first = StatusOf(pod, record);
        var later = Now.AddMinutes(1);
        var second = PodStatusBuilder.Build(new PodView(pod, [record], later) { NetworkReady = true, Reported = first.Conditions });
        second.Condition("Ready").LastTransitionTime.ShouldBe(Now);
        record.End(1);
        var third = PodStatusBuilder.Build(new PodView(pod, [record], later) { NetworkReady = true, Reported = second.Conditions });
        third.Condition("Ready").LastTransitionTime.ShouldBe(later);
        third.Condition("PodScheduled").LastTransitionTime.ShouldBe(Now);
    }

    [Fact]
    public void Readiness_gates_hold_a_pod_back_and_conditions_of_others_are_left_to_them()
    {
        var pod = Pod();
        pod.Spec.ReadinessGates = [new() { ConditionType = "example.com/open" }];
        StatusOf(pod, MainOf("a").Run()).Condition("Ready").ShouldSatisfyAllConditions(
            c => c.Reason.ShouldBe("ReadinessGatesNotReady"),
            c => c.Message.ShouldBe("corresponding condition of pod readiness gate \"example.com/open\" does not exist."));
        pod.Status.Conditions = [new PodCondition { Type = "example.com/open", Status = "False" }];
        StatusOf(pod, MainOf("a").Run()).Condition("Ready").Message.ShouldBe("the status of pod readiness gate \"example.com/open\" is not \"True\", but False");
        pod.Status.Conditions[0].Status = "True";
        var open = StatusOf(pod, MainOf("a").Run());
        open.Condition("Ready").Status.ShouldBe("True");
        open.Conditions!.ShouldNotContain(c => c.Type == "example.com/open");
    }

    [Fact]
    public void An_init_container_is_ready_when_it_has_done_its_work()
    {
        StatusOf(Pod(), Init("i").Run(), MainOf("a")).InitContainerStatuses![0].Ready.ShouldBeFalse();
        StatusOf(Pod(), Init("i").End(), MainOf("a").Run()).InitContainerStatuses![0].Ready.ShouldBeTrue();
    }

    [Fact]
    public void What_an_earlier_agent_reported_is_taken_over()
    {
        var record = MainOf("a");
        record.Restore(4, new(137, ExitReasons.Unknown, "lost", Now, Now, "old"));
        record.Run();
        var container = StatusOf(Pod(), record).ContainerStatuses![0];
        container.RestartCount.ShouldBe(5);
        container.LastState.Terminated!.Reason.ShouldBe("ContainerStatusUnknown");
    }
}
