using Microsoft.Win32.SafeHandles;

namespace Podkit.Node.Logs;

/// <summary>
/// The log of one run of a container: an endless stream of bytes of which the last part is kept, in two files that replace each other when one is full.
/// Positions are counted from the beginning of the run. Safe for one or two writers and any number of readers.
/// </summary>
internal sealed class LogFile : IDisposable
{
    private readonly Lock gate = new();
    private readonly string path;
    private readonly long fileLimit;
    private SafeFileHandle current;
    private SafeFileHandle? older;
    private long currentStart;
    private long olderStart;
    private bool disposed;

    /// <param name="path">The file; the full one before it is kept beside it with <c>.1</c> at its end.</param>
    /// <param name="fileLimit">How large a file grows before it is replaced.</param>
    public LogFile(string path, long fileLimit)
    {
        (this.path, this.fileLimit) = (path, fileLimit);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        current = Open();
    }

    public Pulse Changed { get; } = new();

    /// <summary>Whether the container has ended and everything it wrote is here.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Where the stream ends now.</summary>
    public long End { get; private set; }

    /// <summary>Where the part that is kept begins.</summary>
    public long Start
    {
        get
        {
            lock (gate) return older is null ? currentStart : olderStart;
        }
    }

    public void Append(ReadOnlySpan<byte> records)
    {
        lock (gate)
        {
            if (disposed) return;
            if (End - currentStart >= fileLimit) Rotate();
            RandomAccess.Write(current, records, End - currentStart);
            End += records.Length;
        }
        Changed.Beat();
    }

    public void Complete()
    {
        lock (gate) IsComplete = true;
        Changed.Beat();
    }

    /// <summary>Reads at a position; 0 bytes at the end, or where nothing is kept any more.</summary>
    public int Read(long position, Span<byte> destination)
    {
        lock (gate)
        {
            if (disposed || position >= End) return 0;
            if (position >= currentStart) return RandomAccess.Read(current, destination, position - currentStart);
            if (older is null || position < olderStart) return 0;
            var wanted = (int)Math.Min(destination.Length, currentStart - position);
            return RandomAccess.Read(older, destination[..wanted], position - olderStart);
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            if (disposed) return;
            disposed = IsComplete = true;
            current.Dispose();
            older?.Dispose();
        }
        Changed.Beat();
    }

    private void Rotate()
    {
        older?.Dispose();
        (older, olderStart, currentStart) = (current, currentStart, End);
        File.Move(path, path + ".1", overwrite: true);
        current = Open();
    }

    private SafeFileHandle Open() => File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
}
