using Microsoft.Extensions.Logging;

namespace Podkit.Metadata.Logging;

/// <summary>What the library says. What it has to say before there is a logger waits for one.</summary>
internal sealed partial class PodMetadataLog
{
    private const int MostPending = 100;

    private readonly Lock _gate = new();
    private readonly List<Action<ILogger>> _pending = [];
    private ILogger? _logger;

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
        }

        foreach (var say in pending) say(logger);
    }

    public void InPod(string pod, string node, string sources) => Say(logger => LogInPod(logger, pod, node, sources));

    public void NotInPod(string configured) => Say(logger => LogNotInPod(logger, configured));

    public void Problem(string problem) => Say(logger => LogProblem(logger, problem));

    public void Recovered(string what) => Say(logger => LogRecovered(logger, what));

    public void NeverChanges(string values, string place, string remedy) => Say(logger => LogNeverChanges(logger, values, place, remedy));

    public void Polling(string volume, string reason, double seconds) => Say(logger => LogPolling(logger, volume, reason, seconds));

    public void CallbackFailed(Exception exception) => Say(logger => LogCallbackFailed(logger, exception));

    private void Say(Action<ILogger> say)
    {
        ILogger? logger;
        lock (_gate)
        {
            logger = _logger;
            if (logger is null && _pending.Count < MostPending) _pending.Add(say);
        }

        if (logger is not null) say(logger);
    }

    [LoggerMessage(1, LogLevel.Information, "pod {Pod} on {Node}; known from {Sources}")]
    private static partial void LogInPod(ILogger logger, string pod, string node, string sources);

    [LoggerMessage(2, LogLevel.Information, "not in a pod: there is no Downward API volume, no service account mount and no Kubernetes variable; {Configured}")]
    private static partial void LogNotInPod(ILogger logger, string configured);

    [LoggerMessage(3, LogLevel.Warning, "{Problem}")]
    private static partial void LogProblem(ILogger logger, string problem);

    [LoggerMessage(4, LogLevel.Information, "{What}")]
    private static partial void LogRecovered(ILogger logger, string what);

    [LoggerMessage(5, LogLevel.Warning, "{Values}, read from {Place}, will not change here when changed in Kubernetes: {Remedy}")]
    private static partial void LogNeverChanges(ILogger logger, string values, string place, string remedy);

    [LoggerMessage(6, LogLevel.Information, "{Volume} is looked at every {Seconds} s: {Reason}")]
    private static partial void LogPolling(ILogger logger, string volume, string reason, double seconds);

    [LoggerMessage(7, LogLevel.Error, "a callback on a change of the pod's metadata has failed")]
    private static partial void LogCallbackFailed(ILogger logger, Exception exception);
}
