using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Podkit.Metadata.Hosting;

namespace Podkit.Metadata.Tests.Hosting;

public sealed class ProblemTellerTests
{
    private readonly RepeatingTime _time = new();
    private readonly TestLog _log = new();
    private readonly ConcurrentQueue<string> _told = new();
    private readonly ConcurrentQueue<string> _lastResort = new();

    [Fact]
    public void What_is_said_before_there_is_a_logger_waits_for_it_and_goes_nowhere_else()
    {
        using var teller = Teller(null);
        Say(teller, LogLevel.Information, "found");
        Say(teller, LogLevel.Warning, "broken");
        _time.Pass(ProblemTeller.Patience - TimeSpan.FromMilliseconds(1));
        teller.Use(_log);
        _time.Pass(ProblemTeller.Patience);
        Say(teller, LogLevel.Warning, "again");
        _log.Lines.ShouldBe(["Information: found", "Warning: broken", "Warning: again"]);
        _lastResort.ShouldBeEmpty();
        _time.Periods.ShouldBeEmpty();
    }

    [Fact]
    public void Problems_that_nobody_takes_go_to_the_last_resort_once_each_and_to_a_late_logger_all_the_same()
    {
        using var teller = Teller(null);
        Say(teller, LogLevel.Information, "found");
        Say(teller, LogLevel.Warning, "broken");
        _lastResort.ShouldBeEmpty();
        _time.Pass(ProblemTeller.Patience);
        _lastResort.ShouldBe(["broken"]);
        Say(teller, LogLevel.Error, "failed");
        _lastResort.ShouldBe(["broken", "failed"]);
        _time.Periods.ShouldBeEmpty();
        teller.Use(_log);
        _log.Lines.ShouldBe(["Information: found", "Warning: broken", "Error: failed"]);
    }

    [Fact]
    public void Who_is_named_is_told_of_problems_beside_the_logger_and_instead_of_the_last_resort()
    {
        using var teller = Teller(_told.Enqueue);
        Say(teller, LogLevel.Information, "found");
        Say(teller, LogLevel.Warning, "broken");
        _time.Periods.ShouldBeEmpty();
        teller.Use(_log);
        Say(teller, LogLevel.Error, "failed", new InvalidOperationException("of the app"));
        _told.ShouldBe(["broken", "failed: of the app"]);
        _log.Lines.Count.ShouldBe(3);
        _lastResort.ShouldBeEmpty();
    }

    [Fact]
    public void Who_is_named_and_throws_hides_no_problem()
    {
        using var teller = Teller(_ => throw new InvalidOperationException("of the app"));
        Say(teller, LogLevel.Warning, "broken");
        _time.Pass(ProblemTeller.Patience);
        _lastResort.ShouldBe(["broken (OnProblem has failed: of the app)"]);
    }

    [Fact]
    public void What_waits_is_bounded_and_ends_with_who_says_it()
    {
        var teller = Teller(null);
        for (var n = 0; n < 1000; n++) Say(teller, LogLevel.Warning, $"{n}");
        teller.Dispose();
        _time.Periods.ShouldBeEmpty();
        _time.Pass(ProblemTeller.Patience);
        _lastResort.ShouldBeEmpty();
        teller.Use(_log);
        _log.Lines.Count.ShouldBe(100);
    }

    private static void Say(ProblemTeller logger, LogLevel level, string text, Exception? exception = null) => logger.Log(level, default, text, exception, (state, _) => state);

    private ProblemTeller Teller(Action<string>? onProblem) => new(onProblem, _lastResort.Enqueue, _time);
}
