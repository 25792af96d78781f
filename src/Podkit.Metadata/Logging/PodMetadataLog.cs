using Microsoft.Extensions.Logging;

namespace Podkit.Metadata.Logging;

/// <summary>What the library says.</summary>
/// <param name="logger">Where it says it.</param>
internal sealed partial class PodMetadataLog(ILogger logger)
{
    private const int MostRemembered = 100;

    private readonly HashSet<string> _said = new(StringComparer.Ordinal);

    public void InPod(string pod, string node, string sources) => LogInPod(logger, pod, node, sources);

    public void NotInPod(string configured) => LogNotInPod(logger, configured);

    public void Problem(string problem) => LogProblem(logger, problem);

    public void Recovered(string what) => LogRecovered(logger, what);

    public void NeverChanges(string values, string place, string remedy) => LogNeverChanges(logger, values, place, remedy);

    public void Polling(string volume, string reason, double seconds) => LogPolling(logger, volume, reason, seconds);

    public void CallbackFailed(Exception exception) => LogCallbackFailed(logger, exception);

    /// <summary>Says a problem unless it has been said; so many different ones at most, since others choose what they are about.</summary>
    public void ProblemOnce(string problem)
    {
        lock (_said)
        {
            if (_said.Count >= MostRemembered || !_said.Add(problem)) return;
        }

        Problem(problem);
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
