using Podkit.Node.Pods;

namespace Podkit.Node.Tests.Pods;

public class RestartBackoffTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_first_restart_is_immediate_and_the_rests_double_up_to_five_minutes()
    {
        var backoff = New();
        var now = Start;
        var rests = new List<double>();
        for (var i = 0; i < 8; i++)
        {
            rests.Add(backoff.Delay(now).TotalSeconds);
            var restart = backoff.RestartAt(now);
            backoff.Count(now, restart);
            now = restart.AddSeconds(1);
        }
        rests.ShouldBe([0, 10, 20, 40, 80, 160, 300, 300]);
    }

    [Fact]
    public void A_container_that_ran_for_ten_minutes_starts_counting_again()
    {
        var backoff = New();
        backoff.Count(Start, Start);
        backoff.Count(Start, Start);
        backoff.Delay(Start.AddMinutes(10)).ShouldBe(TimeSpan.FromSeconds(20));
        backoff.Delay(Start.AddMinutes(10).AddSeconds(1)).ShouldBe(TimeSpan.Zero);
        backoff.Count(Start.AddMinutes(11), Start.AddMinutes(11));
        backoff.Delay(Start.AddMinutes(11)).ShouldBe(TimeSpan.FromSeconds(10));
    }

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(10_000, "10s")]
    [InlineData(100, "100ms")]
    [InlineData(1_500, "1.5s")]
    [InlineData(80_000, "1m20s")]
    [InlineData(160_000, "2m40s")]
    [InlineData(300_000, "5m0s")]
    [InlineData(3_600_000, "1h0m0s")]
    public void Durations_are_printed_as_kubernetes_prints_them(int milliseconds, string text) => GoDuration.Format(TimeSpan.FromMilliseconds(milliseconds)).ShouldBe(text);

    private static RestartBackoff New() => new(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(5));
}
