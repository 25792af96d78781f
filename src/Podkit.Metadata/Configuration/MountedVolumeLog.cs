using Microsoft.Extensions.Logging;
using Podkit.Metadata.Hosting;
using Podkit.Metadata.Logging;
using Podkit.Metadata.Sources;
using Podkit.Metadata.Watching;

namespace Podkit.Metadata.Configuration;

/// <summary>What a mounted volume has to say, each thing once.</summary>
internal sealed class MountedVolumeLog : IDisposable
{
    public const string Category = "Podkit.Metadata.MountedVolume";

    private const int MostSaid = 100;

    private readonly MountedVolumeSource _source;
    private readonly ProblemTeller _teller;
    private readonly PodMetadataLog _log = new();
    private readonly HashSet<string> _said = new(StringComparer.Ordinal);
    private string? _problem;
    private bool _wasPresent;
    private bool _hasSaidPolling;

    public MountedVolumeLog(MountedVolumeSource source)
    {
        _source = source;
        _teller = new ProblemTeller(source.Options.OnProblem, source.Options.LastResort, source.Options.TimeProvider);
        _log.Use(_teller);
        if (source.Logger is not null) Use(source.Logger);
    }

    public void Use(ILogger logger) => _teller.Use(logger);

    /// <summary>Says each problem once, and its end.</summary>
    public void Say(string? volumeProblem, bool isPresent, string? fileProblem)
    {
        var problem = volumeProblem ?? (!isPresent && _wasPresent ? $"{_source.Path} is gone; the last good content stays until it is back" : fileProblem);
        _wasPresent |= isPresent;
        if (problem == _problem) return;
        _problem = problem;
        if (problem is not null) _log.Problem(problem);
        else _log.Recovered($"{_source.Path} can be read again");
    }

    /// <summary>Says how the volume is watched when that is not as it might be, and what of it never changes.</summary>
    public void SayWatching(VolumeWatcher watcher)
    {
        if (!watcher.Present) return;
        if (watcher.WatchProblem is { } reason && !_hasSaidPolling)
        {
            _hasSaidPolling = true;
            _log.Polling(_source.Path, reason, _source.Options.PollInterval.TotalSeconds);
        }

        if (_source.HasSaidFixed) return;
        _source.HasSaidFixed = true;
        var pieces = Mount.ReadAll(_source.Options.MountInfoFile).Where(IsFixed).Select(m => m.Point).ToList();
        if (pieces.Count == 0) return;
        _log.NeverChanges(
            _source.Options.Section is { Length: > 0 } section ? $"the configuration below {section}" : "configuration",
            string.Join(", ", pieces),
            "a subPath mount stays as it was at the container's start; mount the whole volume at a directory of its own, without subPath");
    }

    /// <summary>Says that one of two files is not shown.</summary>
    public void SayHidden(string hidden, string shown, string key)
    {
        if (_said.Count >= MostSaid || !_said.Add($"{hidden} {shown}")) return;
        _log.Problem($"{_source.Path}: the files {hidden} and {shown} are the same key of configuration, which does not tell upper and lower case apart: {key} shows {shown}");
    }

    public void CallbackFailed(Exception exception) => _log.Problem($"a callback on a change of {_source.Path} has failed: {exception.Message}");

    public void Dispose() => _teller.Dispose();

    private bool IsFixed(Mount mount) =>
        mount.IsPieceOfVersion && (mount.Point == _source.Path || mount.Point.StartsWith(_source.Path.TrimEnd('/') + "/", StringComparison.Ordinal));
}
