using Podkit.Metadata.Logging;
using Podkit.Metadata.Watching;

namespace Podkit.Metadata.Sources;

/// <summary>A Downward API volume: watched, read as values, the last good ones kept.</summary>
internal sealed class MetadataVolume : IDisposable
{
    private readonly VolumeWatcher _watcher;
    private readonly VolumeValues _parser;
    private readonly VolumeNotices _notices;
    private readonly Action _changed;
    private readonly VolumeWatchOptions _options;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, byte[]> _good = new(StringComparer.Ordinal);
    private VolumeContent? _content;
    private string? _fileProblem;
    private bool _isMissed;

    public MetadataVolume(string path, VolumeWatchOptions options, VolumeValues parser, PodMetadataLog log, Action changed)
    {
        (_options, _parser, _changed) = (options, parser, changed);
        _notices = new VolumeNotices(path, "the last values stay", options.PollInterval, log);
        _watcher = new VolumeWatcher(path, options, _ => Take(tell: true));
    }

    /// <summary>The last good values.</summary>
    public FoundValues Values { get; private set; } = FoundValues.Nothing;

    public bool Present => _watcher.Present;

    public string Path => _watcher.Path;

    public PodVolumeStatus Status => new(Path, _watcher.Watching, Present, _watcher.ReadAt, _watcher.UnreadSince, _notices.Problem) { ReadingDelay = _options.PollInterval * 2 };

    private string NotThere => $"{Path} does not exist: mount the Downward API volume there, or correct {nameof(PodMetadataOptions)}.{nameof(PodMetadataOptions.Volumes)}";

    /// <summary>Reads and begins to watch.</summary>
    public void Start()
    {
        _watcher.Start();
        Take(tell: false);
    }

    /// <summary>Says that the volume is not there, which only a pod may expect of it.</summary>
    public void SayMissing()
    {
        lock (_gate)
        {
            _isMissed = true;
            SayProblem();
        }
    }

    public void Dispose() => _watcher.Dispose();

    private void Take(bool tell)
    {
        bool changed;
        lock (_gate)
        {
            changed = Parse(_watcher.Content);
            SayProblem();
            _notices.SayPolling(_watcher);
        }

        if (changed && tell) _changed();
    }

    /// <summary>Whether there may be other values. Of a broken file its last good content counts.</summary>
    private bool Parse(VolumeContent? content)
    {
        if (content is null || ReferenceEquals(content, _content)) return false;
        _content = content;
        var problems = new List<string>();
        if (_parser.MissingMap(content, _good.Keys) is { } missing)
        {
            // A pod's volume has the same files for the pod's life: this one is being removed, and what is left of it would be half a state.
            _fileProblem = $"{Path}/{missing} is gone; the last values stay until it is back";
            return false;
        }

        Values = _parser.Read(content, problems, _good);
        _fileProblem = problems.Count > 0 ? string.Join("; ", problems) : null;
        return true;
    }

    private void SayProblem() => _notices.Say(_watcher.Problem, Present, _fileProblem, _isMissed ? NotThere : null);
}
