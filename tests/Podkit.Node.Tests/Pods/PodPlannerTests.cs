using Podkit.Node.Pods;
using Podkit.Node.Status;
using Podkit.Node.Tests.Status;
using static Podkit.Node.Tests.Status.Records;

namespace Podkit.Node.Tests.Pods;

public class PodPlannerTests
{
    [Fact]
    public void Main_containers_start_together() => Starts("Always", MainOf("a"), MainOf("b")).ShouldBe(["a", "b"]);

    [Fact]
    public void Init_containers_start_one_after_the_other()
    {
        var (first, second, main) = (Init("1"), Init("2"), MainOf("a"));
        Starts("Always", first, second, main).ShouldBe(["1"]);
        first.Run();
        Starts("Always", first, second, main).ShouldBeEmpty();
        first.End();
        Starts("Always", first, second, main).ShouldBe(["2"]);
        second.End();
        Starts("Always", first, second, main).ShouldBe(["a"]);
    }

    [Fact]
    public void A_sidecar_lets_the_next_one_start_once_it_has_started()
    {
        var (sidecar, init, main) = (Sidecar("s"), Init("i"), MainOf("a"));
        Starts("Always", sidecar, init, main).ShouldBe(["s"]);
        sidecar.Run(started: false);
        Starts("Always", sidecar, init, main).ShouldBeEmpty();
        sidecar.MarkStarted();
        Starts("Always", sidecar, init, main).ShouldBe(["i"]);
    }

    [Fact]
    public void A_sidecar_that_crashes_starts_again_and_holds_nobody_up()
    {
        var (sidecar, main) = (Sidecar("s").Run().End(1), MainOf("a"));
        Starts("Never", sidecar, main).ShouldBe(["s", "a"]);
    }

    [Fact]
    public void Init_containers_do_not_run_again_once_the_pod_is_initialised() => Starts("Always", Init("i"), MainOf("a").End(1)).ShouldBe(["a"]);

    [Fact]
    public void A_failed_init_container_runs_again_unless_nothing_is_restarted()
    {
        Starts("OnFailure", Init("i").End(1), MainOf("a")).ShouldBe(["i"]);
        var plan = Plan("Never", Init("i").End(1), MainOf("a"));
        plan.Start.ShouldBeEmpty();
        plan.Finished.ShouldBeTrue();
    }

    [Theory]
    [InlineData("Always", 0, true)]
    [InlineData("Always", 1, true)]
    [InlineData("OnFailure", 0, false)]
    [InlineData("OnFailure", 1, true)]
    [InlineData("Never", 0, false)]
    [InlineData("Never", 1, false)]
    public void The_restart_policy_decides_whether_a_container_that_ended_runs_again(string restartPolicy, int exitCode, bool again)
    {
        var plan = Plan(restartPolicy, MainOf("a").End(exitCode));
        plan.Start.Count.ShouldBe(again ? 1 : 0);
        plan.Finished.ShouldBe(!again);
    }

    [Fact]
    public void A_container_in_back_off_rests_until_its_time()
    {
        var record = MainOf("a").End(1, Now);
        var backoff = new RestartBackoff(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(5));
        backoff.Count(Now, Now);
        var plan = PodPlanner.Plan([record], "Always", new Dictionary<string, RestartBackoff> { ["a"] = backoff }, Now.AddSeconds(4));
        plan.Start.ShouldBeEmpty();
        plan.Resting.ShouldHaveSingleItem().ShouldBe(new RestingContainer(record, Now.AddSeconds(10), TimeSpan.FromSeconds(10)));
        plan.LookAgainAt.ShouldBe(Now.AddSeconds(10));
        PodPlanner.Plan([record], "Always", new Dictionary<string, RestartBackoff> { ["a"] = backoff }, Now.AddSeconds(10)).Start.ShouldBe([record]);
    }

    [Fact]
    public void A_container_whose_start_led_nowhere_is_tried_again_later()
    {
        var record = MainOf("a");
        record.BeginStart();
        record.AbandonStart(("CreateContainerConfigError", "configmap \"x\" not found"), Now.AddSeconds(10));
        var plan = Plan("Always", record);
        plan.Start.ShouldBeEmpty();
        plan.LookAgainAt.ShouldBe(Now.AddSeconds(10));
        PodPlanner.Plan([record], "Always", new Dictionary<string, RestartBackoff>(), Now.AddSeconds(10)).Start.ShouldBe([record]);
    }

    [Fact]
    public void Sidecars_end_last_first_once_the_main_containers_have_finished()
    {
        var (first, second, main) = (Sidecar("s1").Run(), Sidecar("s2").Run(), MainOf("a").End());
        var plan = Plan("Never", first, second, main);
        plan.Stop.Select(r => r.Name).ShouldBe(["s2", "s1"]);
        plan.Finished.ShouldBeFalse();
        first.End();
        second.End();
        Plan("Never", first, second, main).ShouldSatisfyAllConditions(p => p.Finished.ShouldBeTrue(), p => p.Start.ShouldBeEmpty());
    }

    [Fact]
    public void A_container_that_is_being_started_is_not_started_again()
    {
        var record = MainOf("a");
        record.BeginStart();
        Plan("Always", record).Start.ShouldBeEmpty();
    }

    private static PodPlan Plan(string restartPolicy, params ContainerRecord[] records) =>
        PodPlanner.Plan(records, restartPolicy, new Dictionary<string, RestartBackoff>(), Now);

    private static IEnumerable<string> Starts(string restartPolicy, params ContainerRecord[] records) => Plan(restartPolicy, records).Start.Select(r => r.Name);
}
