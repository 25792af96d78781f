using System.Threading.Channels;
using Podkit.Node.Probes;

namespace Podkit.Node.Tests.Probes;

public class ProbeLoopTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly TestClock clock = new();
    private readonly ScriptedProber prober = new();
    private readonly List<bool> verdicts = [];
    private readonly List<string> unhealthy = [];

    [Fact]
    public async Task The_first_try_waits_for_the_initial_delay_counted_from_the_start_of_the_container()
    {
        using var stop = new CancellationTokenSource();
        var start = clock.GetUtcNow() - 2 * Second;
        var run = Loop(ProbeKind.Readiness, new(5 * Second, 10 * Second, Second, 1, 3)).RunAsync(start, stop.Token);
        await clock.WaitForTimerAsync(3 * Second);
        clock.Advance(3 * Second);
        await prober.Answer(true);
        await clock.WaitForTimerAsync(10 * Second);
        verdicts.ShouldBe([true]);
        prober.Tries.ShouldBe(1);
        await StopAsync(run, stop);
    }

    [Fact]
    public async Task Tries_come_once_a_period()
    {
        using var stop = new CancellationTokenSource();
        var run = Loop(ProbeKind.Readiness, new(TimeSpan.Zero, 10 * Second, Second, 1, 1)).RunAsync(clock.GetUtcNow(), stop.Token);
        foreach (var outcome in new[] { true, true, false, true })
        {
            await prober.Answer(outcome);
            await clock.WaitForTimerAsync(10 * Second);
            clock.Advance(10 * Second);
        }
        await prober.Answer(true);
        await clock.WaitForTimerAsync(10 * Second);
        verdicts.ShouldBe([true, false, true]);
        unhealthy.ShouldBe(["no"]);
        await StopAsync(run, stop);
    }

    [Fact]
    public async Task A_liveness_probe_ends_with_its_failure()
    {
        var run = Loop(ProbeKind.Liveness, new(TimeSpan.Zero, 10 * Second, Second, 1, 2)).RunAsync(clock.GetUtcNow(), CancellationToken.None);
        await prober.Answer(false);
        await clock.WaitForTimerAsync(10 * Second);
        clock.Advance(10 * Second);
        await prober.Answer(false);
        await run.WaitAsync(TimeSpan.FromSeconds(30));
        verdicts.ShouldBe([false]);
        unhealthy.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_startup_probe_ends_with_its_first_success()
    {
        var run = Loop(ProbeKind.Startup, new(TimeSpan.Zero, 10 * Second, Second, 1, 2)).RunAsync(clock.GetUtcNow(), CancellationToken.None);
        await prober.Answer(true);
        await run.WaitAsync(TimeSpan.FromSeconds(30));
        verdicts.ShouldBe([true]);
    }

    private ProbeLoop Loop(ProbeKind kind, ProbeSettings settings) => new(kind, settings, prober, clock)
    {
        Verdict = (_, verdict) => verdicts.Add(verdict),
        Unhealthy = (_, outcome) => unhealthy.Add(outcome.Message),
    };

    private static async Task StopAsync(Task run, CancellationTokenSource stop)
    {
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => run);
    }

    private sealed class ScriptedProber : IProber
    {
        private readonly Channel<bool> answers = Channel.CreateBounded<bool>(1);
        private readonly Channel<bool> taken = Channel.CreateUnbounded<bool>();

        public int Tries { get; private set; }

        public async Task Answer(bool success)
        {
            await answers.Writer.WriteAsync(success);
            await taken.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));
        }

        public async Task<ProbeOutcome> ProbeAsync(TimeSpan timeout, CancellationToken cancellationToken)
        {
            var success = await answers.Reader.ReadAsync(cancellationToken);
            Tries++;
            taken.Writer.TryWrite(true);
            return success ? ProbeOutcome.Ok : ProbeOutcome.Failed("no");
        }
    }
}
