using Podkit.Metadata.Watching;

namespace Podkit.Metadata.Logging;

/// <summary>What a watched volume has to say of itself, each thing once.</summary>
/// <param name="path">The volume's directory.</param>
/// <param name="kept">What is still there when the volume is gone: <c>the last values stay</c>.</param>
/// <param name="pollInterval">How often it is looked at where nothing tells of changes.</param>
/// <param name="log">Where it is said.</param>
internal sealed class VolumeNotices(string path, string kept, TimeSpan pollInterval, PodMetadataLog log)
{
    private bool _wasPresent;
    private bool _hasSaidPolling;

    /// <summary>What is wrong now; null when all is well.</summary>
    public string? Problem { get; private set; }

    /// <summary>Says each problem once, and its end.</summary>
    /// <param name="watcher">The problem of reading the volume at all; null: none.</param>
    /// <param name="isPresent">Whether it is there.</param>
    /// <param name="files">The problem of its files; null: none.</param>
    /// <param name="missing">What to say when it was never there; null: nothing.</param>
    public void Say(string? watcher, bool isPresent, string? files, string? missing = null)
    {
        var absent = isPresent ? null : _wasPresent ? $"{path} is gone; {kept} until it is back" : missing;
        var problem = watcher ?? absent ?? files;
        _wasPresent |= isPresent;
        if (problem == Problem) return;
        Problem = problem;
        if (problem is not null) log.Problem(problem);
        else log.Recovered($"{path} can be read again");
    }

    /// <summary>Says that changes are looked for, and not told.</summary>
    public void SayPolling(VolumeWatcher watcher)
    {
        if (_hasSaidPolling || watcher.WatchProblem is not { } reason || !watcher.Present) return;
        _hasSaidPolling = true;
        log.Polling(path, reason, pollInterval.TotalSeconds);
    }
}
