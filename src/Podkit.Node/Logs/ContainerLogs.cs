namespace Podkit.Node.Logs;

/// <summary>The logs of one container: of its present run and of the one before.</summary>
internal sealed class ContainerLogs(string directory, long fileLimit) : IDisposable
{
    private readonly Lock gate = new();
    private (int Run, LogFile File)? present;
    private (int Run, LogFile File)? previous;

    public LogFile? Present
    {
        get
        {
            lock (gate) return present?.File;
        }
    }

    public LogFile? Previous
    {
        get
        {
            lock (gate) return previous?.File;
        }
    }

    /// <summary>Opens the log of a new run; the one before the last is removed.</summary>
    public LogFile Open(int run)
    {
        lock (gate)
        {
            if (previous is { } old) Remove(old);
            previous = present;
            var file = new LogFile(PathOf(run), fileLimit);
            present = (run, file);
            return file;
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            present?.File.Dispose();
            previous?.File.Dispose();
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
