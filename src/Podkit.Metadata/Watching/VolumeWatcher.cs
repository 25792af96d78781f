namespace Podkit.Metadata.Watching;

/// <summary>
/// Reads a volume and reads it again whenever it has changed, then tells, on the thread that the event has woken. An event that comes meanwhile
/// leads to another reading, on another thread: who is told and does not return does not hold up the reading. While nothing happens, nothing is allocated.
/// </summary>
internal sealed class VolumeWatcher : IDirectoryListener, IThreadPoolWorkItem, IDisposable
{
    private const int Idle = 0;
    private const int Queued = 1;
    private const int Running = 2;
    private const int RunningAgain = 3;

    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(10);

    private readonly VolumeWatchOptions _options;
    private readonly Action<VolumeWatcher> _changed;
    private readonly Lock _reading = new();
    private readonly VolumeReader _reader;
    private ITimer? _timer;
    private IDisposable? _watch;
    private TimeSpan _interval;
    private int _state;
    private volatile bool _lost;
    private volatile bool _disposed;
    private volatile bool _stale;

    /// <param name="path">The volume's directory.</param>
    /// <param name="options">How it is watched.</param>
    /// <param name="changed">Told when <see cref="Content"/>, <see cref="Present"/> or <see cref="Problem"/> has changed; maybe on several threads at a time.</param>
    /// <param name="reader">Reads it; null: the usual one.</param>
    public VolumeWatcher(string path, VolumeWatchOptions options, Action<VolumeWatcher> changed, VolumeReader? reader = null)
    {
        Path = path;
        (_options, _changed) = (options, changed);
        _reader = reader ?? new VolumeReader(path);
    }

    /// <summary>The volume's directory.</summary>
    public string Path { get; }

    /// <summary>The last content that could be read; null when there was none.</summary>
    public VolumeContent? Content { get; private set; }

    /// <summary>When it was read.</summary>
    public DateTimeOffset? ReadAt { get; private set; }

    /// <summary>Since when the volume has a version that was not read: for a moment after each swap. Null when the present one was read.</summary>
    public DateTimeOffset? UnreadSince => Present && Content?.Target is { } target && !_reader.Link.Is(target) ? _reader.Link.MadeAt : null;

    /// <summary>Whether the directory exists.</summary>
    public bool Present { get; private set; }

    /// <summary>How changes are noticed.</summary>
    public VolumeWatching Watching { get; private set; }

    /// <summary>Why they are noticed by looking only; null when the kernel tells of them, or nothing is to tell.</summary>
    public string? WatchProblem { get; private set; }

    /// <summary>Why the volume cannot be read; null when it can.</summary>
    public string? Problem { get; private set; }

    /// <summary>Begins to watch, and reads once before it returns; that first reading is not told.</summary>
    public void Start()
    {
        lock (_reading)
        {
            _timer = _options.TimeProvider.CreateTimer(static watcher => ((VolumeWatcher)watcher!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            Check();
        }
    }

    /// <inheritdoc/>
    public IThreadPoolWorkItem? Touched()
    {
        while (!_disposed)
        {
            var state = Volatile.Read(ref _state);
            if (state is Queued or RunningAgain) return null;
            var next = state == Idle ? Queued : RunningAgain;
            if (Interlocked.CompareExchange(ref _state, next, state) == state) return next == Queued ? this : null;
        }

        return null;
    }

    /// <inheritdoc/>
    public IThreadPoolWorkItem? Lost()
    {
        _lost = true;
        return Touched();
    }

    void IThreadPoolWorkItem.Execute()
    {
        Volatile.Write(ref _state, Running);
        bool changed;
        lock (_reading) changed = !_disposed && Check();
        if (Interlocked.CompareExchange(ref _state, Idle, Running) != Running)
        {
            Volatile.Write(ref _state, Queued);
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        if (changed && !_disposed) Tell();
    }

    /// <summary>Reads now if there is anything new; that is not told.</summary>
    public void Refresh()
    {
        lock (_reading)
        {
            if (!_disposed) Check();
        }
    }

    private void Tell()
    {
        try
        {
            _changed(this);
        }
        catch (Exception e)
        {
            // Whoever is told has its own way to say so; this is for what throws all the same.
            Problem = $"a callback on a change of {Path} has failed: {e.Message}";
        }
    }

    /// <summary>Looks whether there is anything new: a read link and nothing else, when there is not.</summary>
    internal void Look()
    {
        if (_disposed) return;
        var target = Content?.Target;
        var isSame = Present ? target is not null && !_stale && _reader.Link.Is(target) : !_reader.Link.DirectoryExists;
        if (isSame) return;
        // What the kernel should have told is found by looking: the watch is not, or no longer, on the directory at that path.
        if (Watching == VolumeWatching.Inotify && target is not null && !_stale) _lost = true;
        if (Touched() is { } work) ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: false);
    }

    /// <summary>Stops watching, when a reading has come to its end.</summary>
    public void Dispose()
    {
        _disposed = true;
        lock (_reading)
        {
            _timer?.Dispose();
            _watch?.Dispose();
            (_timer, _watch) = (null, null);
            Watching = VolumeWatching.None;
        }
    }

    /// <summary>Watches if possible, then reads: what happens in between is told.</summary>
    /// <returns>Whether something is different.</returns>
    private bool Check()
    {
        var (content, present, problem, watching) = (Content, Present, Problem, Watching);
        var force = _lost || _stale;
        _stale = false;
        Watch();
        var read = Read(force, out var found);
        if (read is VolumeRead.Read) Content = found;
        if (read is VolumeRead.Moving) _stale = true;
        else Present = read is not VolumeRead.Missing;
        if (read is VolumeRead.Read or VolumeRead.Unchanged) (ReadAt, Problem) = (_options.TimeProvider.GetUtcNow(), null);
        Schedule();
        return !ReferenceEquals(content, Content) || present != Present || problem != Problem || watching != Watching;
    }

    private VolumeRead Read(bool force, out VolumeContent? content)
    {
        try
        {
            return _reader.Read(Content, out content, force);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Problem = $"{Path} cannot be read: {e.Message}";
            content = Content;
            return VolumeRead.Missing;
        }
    }

    private void Watch()
    {
        if (_lost)
        {
            _lost = false;
            _watch?.Dispose();
            _watch = null;
        }

        if (_watch is null && _options.Events is { } events)
        {
            WatchProblem = null;
            if (FileSystems.SilentKind(Path) is { } kind) WatchProblem = $"changes of {kind} file systems are not told by inotify";
            else if ((_watch = events.TryWatch(Path, this, out var problem)) is null && problem.Length > 0) WatchProblem = problem;
        }

        Watching = _watch is null ? VolumeWatching.Poll : VolumeWatching.Inotify;
    }

    private void Schedule()
    {
        var interval = _stale ? RetryInterval : _watch is not null && Present ? _options.SafetyInterval : _options.PollInterval;
        if (interval == _interval) return;
        _interval = interval;
        _timer?.Change(interval, interval);
    }
}
