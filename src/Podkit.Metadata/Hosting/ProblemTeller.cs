using Microsoft.Extensions.Logging;

namespace Podkit.Metadata.Hosting;

/// <summary>
/// Who is told: the app's logger, and beside it what the options name. What is said before there is a logger waits for it. A problem that nobody has
/// taken after a while goes to the last resort, where there is one; so does each later one until there is a logger.
/// </summary>
/// <param name="onProblem">Told of problems, whoever else is; null: nobody.</param>
/// <param name="lastResort">Told of problems that nobody takes; null: nobody.</param>
/// <param name="time">The clock.</param>
internal sealed class ProblemTeller(Action<string>? onProblem, Action<string>? lastResort, TimeProvider time) : ILogger, IDisposable
{
    private const int MostPending = 100;

    private readonly Lock _gate = new();
    private readonly List<Action<ILogger>> _pending = [];
    private readonly List<string> _untold = [];
    private ITimer? _timer;
    private ILogger? _logger;
    private bool _isAlone;
    private bool _isDisposed;

    /// <summary>How long a problem waits for a logger: longer than hosts take to start.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(10);

    /// <summary>Where an app's problems go that nobody takes.</summary>
    public static Action<string> StandardError { get; } = static problem => Console.Error.WriteLine($"Podkit.Metadata: {problem}");

    /// <summary>Gives the logger. What has waited is said at once; a second logger is not used.</summary>
    public void Use(ILogger logger)
    {
        List<Action<ILogger>> pending;
        lock (_gate)
        {
            if (_logger is not null) return;
            _logger = logger;
            pending = [.. _pending];
            _pending.Clear();
            _untold.Clear();
            _timer?.Dispose();
        }

        foreach (var say in pending) say(logger);
    }

    public bool IsEnabled(LogLevel logLevel) => _logger is not { } logger || logger.IsEnabled(logLevel) || (onProblem is not null && IsProblem(logLevel));

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        ILogger? logger;
        lock (_gate)
        {
            logger = _logger;
            if (logger is null && _pending.Count < MostPending) _pending.Add(l => l.Log(logLevel, eventId, state, exception, formatter));
        }

        logger?.Log(logLevel, eventId, state, exception, formatter);
        if (!IsProblem(logLevel) || (onProblem is null && (logger is not null || lastResort is null))) return;
        var problem = formatter(state, exception) + (exception is null ? "" : $": {exception.Message}");
        if (onProblem is not null) Call(onProblem, problem);
        else Await(lastResort!, problem);
    }

    /// <summary>What still waits for a logger goes on waiting; nobody else is told any more.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _untold.Clear();
            _timer?.Dispose();
        }
    }

    private static bool IsProblem(LogLevel level) => level is >= LogLevel.Warning and < LogLevel.None;

    private void Call(Action<string> callback, string problem)
    {
        try
        {
            callback(problem);
        }
        catch (Exception e)
        {
            // It is the app's own, which may throw anything; whoever has the problem cannot do anything about it.
            if (lastResort is not null) Await(lastResort, $"{problem} (OnProblem has failed: {e.Message})");
        }
    }

    private void Await(Action<string> resort, string problem)
    {
        lock (_gate)
        {
            if (_logger is not null || _isDisposed) return;
            if (!_isAlone)
            {
                if (_untold.Count < MostPending) _untold.Add(problem);
                _timer ??= time.CreateTimer(static teller => ((ProblemTeller)teller!).SpeakUp(), this, Patience, Timeout.InfiniteTimeSpan);
                return;
            }
        }

        resort(problem);
    }

    private void SpeakUp()
    {
        List<string> problems;
        lock (_gate)
        {
            _timer?.Dispose();
            _isAlone = true;
            problems = [.. _untold];
            _untold.Clear();
        }

        foreach (var problem in problems) lastResort!(problem);
    }
}
