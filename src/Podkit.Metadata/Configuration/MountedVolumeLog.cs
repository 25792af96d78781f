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

    private readonly MountedVolumeSource _source;
    private readonly ProblemTeller _teller;
    private readonly PodMetadataLog _log;
    private readonly VolumeNotices _notices;

    public MountedVolumeLog(MountedVolumeSource source)
    {
        _source = source;
        _teller = new ProblemTeller(source.Options.OnProblem, source.Options.LastResort, source.Options.TimeProvider);
        _log = new PodMetadataLog(_teller);
        _notices = new VolumeNotices(source.Path, "the last good content stays", source.Options.PollInterval, _log);
        if (source.Logger is not null) Use(source.Logger);
    }

    public void Use(ILogger logger) => _teller.Use(logger);

    /// <summary>Says each problem once, and its end.</summary>
    public void Say(string? volumeProblem, bool isPresent, string? fileProblem) => _notices.Say(volumeProblem, isPresent, fileProblem);

    /// <summary>Says how the volume is watched when that is not as it might be, and what of it never changes.</summary>
    public void SayWatching(VolumeWatcher watcher)
    {
        if (!watcher.Present) return;
        _notices.SayPolling(watcher);
        if (_source.HasSaidFixed) return;
        _source.HasSaidFixed = true;
        var pieces = Mount.ReadAll(_source.Options.MountInfoFile).Where(IsFixed).Select(m => m.Point).ToList();
        if (pieces.Count == 0) return;
        _log.NeverChanges(
            _source.Options.Section is { Length: > 0 } section ? $"the configuration below {section}" : "configuration",
            string.Join(", ", pieces),
            Advice.SubPathRemedy);
    }

    /// <summary>Says that one of two files is not shown.</summary>
    public void SayHidden(string hidden, string shown, string key) =>
        _log.ProblemOnce($"{_source.Path}: the files {hidden} and {shown} are the same key of configuration, which does not tell upper and lower case apart: {key} shows {shown}");

    public void CallbackFailed(Exception exception) => _log.Problem($"a callback on a change of {_source.Path} has failed: {exception.Message}");

    public void Dispose() => _teller.Dispose();

    private bool IsFixed(Mount mount) =>
        mount.IsPieceOfVersion && (mount.Point == _source.Path || mount.Point.StartsWith(_source.Path.TrimEnd('/') + "/", StringComparison.Ordinal));
}
