namespace Podkit.Node.Logs;

/// <summary>The logs of one container: of its present run and of the one before.</summary>
internal sealed class ContainerLogs(string directory, long fileLimit) : IDisposable
{
    private readonly Lock _gate = new();
    private (int Run, LogFile File)? _present;
    private (int Run, LogFile File)? _previous;

    public LogFile? Present
    {
        get
        {
            lock (_gate) return _present?.File;
        }
    }

    public LogFile? Previous
    {
        get
        {
            lock (_gate) return _previous?.File;
        }
    }

    /// <summary>Opens the log of a new run; the one before the last is removed.</summary>
    public LogFile Open(int run)
    {
        lock (_gate)
        {
            if (_previous is { } old) Remove(old);
            _previous = _present;
            var file = new LogFile(PathOf(run), fileLimit);
            _present = (run, file);
            return file;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _present?.File.Dispose();
            _previous?.File.Dispose();
        }
    }

    private void Remove((int Run, LogFile File) old)
    {
        old.File.Dispose();
        File.Delete(PathOf(old.Run));
        File.Delete(PathOf(old.Run) + ".1");
    }

    private string PathOf(int run) => Path.Combine(directory, $"{run}.log");
}
