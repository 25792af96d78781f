using Podkit.Node.Status;
using static Podkit.Node.Tests.Status.Records;

namespace Podkit.Node.Tests.Status;

public class PodPhasesTests
{
    [Fact]
    public void A_pod_whose_containers_have_not_run_is_pending() => PodPhases.Of([MainOf("a"), MainOf("b")], "Always", terminal: false).ShouldBe("Pending");

    [Fact]
    public void A_pod_is_pending_until_every_container_has_run_once() => PodPhases.Of([MainOf("a").Run(), MainOf("b")], "Always", terminal: false).ShouldBe("Pending");

    [Fact]
    public void A_pod_with_a_running_container_is_running() => PodPhases.Of([MainOf("a").Run(), MainOf("b").End(1)], "Never", terminal: false).ShouldBe("Running");

    [Theory]
    [InlineData("Always", 0, "Running")]
    [InlineData("Always", 1, "Running")]
    [InlineData("OnFailure", 0, "Succeeded")]
    [InlineData("OnFailure", 1, "Running")]
    [InlineData("Never", 0, "Succeeded")]
    [InlineData("Never", 1, "Failed")]
    public void What_a_pod_is_once_its_container_has_ended_depends_on_the_restart_policy(string restartPolicy, int exitCode, string phase) =>
        PodPhases.Of([MainOf("a").End(exitCode)], restartPolicy, terminal: false).ShouldBe(phase);

    [Theory]
    [InlineData("Always", 0, "Succeeded")]
    [InlineData("Always", 137, "Failed")]
    [InlineData("OnFailure", 1, "Failed")]
    public void A_pod_that_is_being_ended_reaches_a_final_phase_whatever_its_restart_policy(string restartPolicy, int exitCode, string phase) =>
        PodPhases.Of([MainOf("a").End(exitCode)], restartPolicy, terminal: true).ShouldBe(phase);

    [Fact]
    public void A_pod_that_is_ended_before_its_containers_ran_has_failed() => PodPhases.Of([MainOf("a")], "Always", terminal: true).ShouldBe("Failed");

    [Theory]
    [InlineData("Never", "Failed")]
    [InlineData("OnFailure", "Pending")]
    [InlineData("Always", "Pending")]
    public void A_failed_init_container_fails_the_pod_only_when_nothing_is_restarted(string restartPolicy, string phase) =>
        PodPhases.Of([Init("i").End(1), MainOf("a")], restartPolicy, terminal: false).ShouldBe(phase);

    [Fact]
    public void A_pod_is_pending_while_an_init_container_runs() => PodPhases.Of([Init("i").Run(), MainOf("a")], "Always", terminal: false).ShouldBe("Pending");

    [Fact]
    public void A_pod_is_pending_until_its_sidecar_has_started() => PodPhases.Of([Sidecar("s").Run(started: false), MainOf("a")], "Always", terminal: false).ShouldBe("Pending");

    [Fact]
    public void A_sidecar_that_crashes_later_does_not_take_the_pod_back_to_pending() =>
        PodPhases.Of([Sidecar("s").Run().End(1), MainOf("a").Run()], "Always", terminal: false).ShouldBe("Running");

    [Fact]
    public void How_a_sidecar_ended_does_not_count_for_the_pod() => PodPhases.Of([Sidecar("s").Run().End(137), MainOf("a").End()], "Never", terminal: false).ShouldBe("Succeeded");

    [Fact]
    public void A_pod_keeps_running_until_its_sidecar_has_ended()
    {
        var pod = Pod("Never");
        pod.Status.Phase = "Running";
        StatusOf(pod, Sidecar("s").Run(), MainOf("a").End()).Phase.ShouldBe("Running");
    }
}
