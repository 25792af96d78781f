using Podkit.Node.Probes;

namespace Podkit.Node.Tests.Probes;

public class ProbeCounterTests
{
    [Fact]
    public void A_container_is_alive_until_as_many_failures_in_a_row_as_the_threshold_says()
    {
        var counter = new ProbeCounter(1, 3, ProbeCounter.InitialOf(ProbeKind.Liveness));
        counter.Verdict.ShouldBe(true);
        Verdicts(counter, false, false, true, false, false, false).ShouldBe([true, true, true, true, true, false]);
    }

    [Fact]
    public void A_container_is_ready_after_as_many_successes_in_a_row_as_the_threshold_says()
    {
        var counter = new ProbeCounter(2, 1, ProbeCounter.InitialOf(ProbeKind.Readiness));
        counter.Verdict.ShouldBe(false);
        Verdicts(counter, true, false, true, true, false).ShouldBe([false, false, false, true, false]);
    }

    [Fact]
    public void Whether_a_container_has_started_is_open_at_first()
    {
        var counter = new ProbeCounter(1, 2, ProbeCounter.InitialOf(ProbeKind.Startup));
        counter.Verdict.ShouldBeNull();
        counter.Count(false).ShouldBeFalse();
        counter.Verdict.ShouldBeNull();
        counter.Count(false).ShouldBeTrue();
        counter.Verdict.ShouldBe(false);
    }

    [Fact]
    public void A_probe_without_numbers_has_the_defaults_of_kubernetes() =>
        ProbeSettings.Of(new()).ShouldBe(new ProbeSettings(TimeSpan.Zero, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1), 1, 3));

    private static List<bool> Verdicts(ProbeCounter counter, params bool[] outcomes)
    {
        var verdicts = new List<bool>();
        foreach (var outcome in outcomes)
        {
            counter.Count(outcome);
            verdicts.Add(counter.Verdict!.Value);
        }
        return verdicts;
    }
}
