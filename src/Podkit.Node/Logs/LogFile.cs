using Microsoft.Win32.SafeHandles;

namespace Podkit.Node.Logs;

/// <summary>
/// The log of one run of a container: an endless stream of bytes of which the last part is kept, in two files that replace each other when one is full.
/// Positions are counted from the beginning of the run. Safe for one or two writers and any number of readers.
/// </summary>
internal sealed class LogFile : IDisposable
{
    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly long _fileLimit;
    private SafeFileHandle _current;
    private SafeFileHandle? _older;
    private long _currentStart;
    private long _olderStart;
    private bool _disposed;

    /// <param name="path">The file; the full one before it is kept beside it with <c>.1</c> at its end.</param>
    /// <param name="fileLimit">How large a file grows before it is replaced.</param>
    public LogFile(string path, long fileLimit)
    {
        (_path, _fileLimit) = (path, fileLimit);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        _current = Open();
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
            lock (_gate) return _older is null ? _currentStart : _olderStart;
        }
    }

    public void Append(ReadOnlySpan<byte> records)
    {
        lock (_gate)
        {
            if (_disposed) return;
            if (End - _currentStart >= _fileLimit) Rotate();
            RandomAccess.Write(_current, records, End - _currentStart);
            End += records.Length;
        }
        Changed.Beat();
    }

    public void Complete()
    {
        lock (_gate) IsComplete = true;
        Changed.Beat();
    }

    /// <summary>Reads at a position; 0 bytes at the end, or where nothing is kept any more.</summary>
    public int Read(long position, Span<byte> destination)
    {
        lock (_gate)
        {
            if (_disposed || position >= End) return 0;
            if (position >= _currentStart) return RandomAccess.Read(_current, destination, position - _currentStart);
            if (_older is null || position < _olderStart) return 0;
            var wanted = (int)Math.Min(destination.Length, _currentStart - position);
            return RandomAccess.Read(_older, destination[..wanted], position - _olderStart);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = IsComplete = true;
            _current.Dispose();
            _older?.Dispose();
        }
        Changed.Beat();
    }

    private void Rotate()
    {
        _older?.Dispose();
        (_older, _olderStart, _currentStart) = (_current, _currentStart, End);
        File.Move(_path, _path + ".1", overwrite: true);
        _current = Open();
    }

    private SafeFileHandle Open() => File.OpenHandle(_path, FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
}
