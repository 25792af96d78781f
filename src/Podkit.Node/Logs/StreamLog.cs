using System.Buffers;
using Podkit.Node.Pods;

namespace Podkit.Node.Logs;

/// <summary>Takes in one output stream of a container run: into the log file first, then to those who watch live.</summary>
internal sealed class StreamLog(LogFile file, LogHub hub, PodIdentity pod, string container, bool isError, TimeProvider time)
{
    private readonly LineSplitter _splitter = new();
    private readonly ArrayBufferWriter<byte> _records = new(4096);
    private readonly List<ContainerLogLine> _live = [];
    private readonly byte[] _timestamp = new byte[LogTimestamp.Length];
    private DateTimeOffset _now;
    private bool _lost;

    /// <summary>Told once when something could not be written, such as on a full disk. The stream is read on all the same: the container must not wait for it.</summary>
    public Action<IOException>? Lost { get; init; }

    /// <summary>Takes in what has just been read from the stream. One call at a time.</summary>
    /// <param name="chunk">The bytes.</param>
    /// <param name="cancellationToken">Ends the waiting for those who watch live; what they have not taken then they miss.</param>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> chunk, CancellationToken cancellationToken)
    {
        SetTime();
        _splitter.Feed(chunk.Span, Add);
        return FlushAsync(cancellationToken);
    }

    /// <summary>The stream has ended.</summary>
    public ValueTask EndAsync(CancellationToken cancellationToken)
    {
        SetTime();
        _splitter.End(Add);
        return FlushAsync(cancellationToken);
    }

    private void SetTime()
    {
        _now = time.GetUtcNow();
        LogTimestamp.Write(_now, _timestamp);
    }

    private void Add(ReadOnlySpan<byte> line, bool isPartial)
    {
        _records.Advance(LogRecord.Write(_records.GetSpan(LogRecord.SizeOf(line.Length)), _timestamp, isError, isPartial, line));
        if (hub.HasSubscribers) _live.Add(new(pod.Namespace, pod.Name, container, isError, _now, line.ToArray(), isPartial));
    }

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (_records.WrittenCount == 0) return;
        Store();
        if (_live.Count == 0) return;
        await hub.PublishAsync(_live, cancellationToken).ConfigureAwait(false);
        _live.Clear();
    }

    private void Store()
    {
        try
        {
            file.Append(_records.WrittenSpan);
            _lost = false;
        }
        catch (IOException e)
        {
            if (!_lost) Lost?.Invoke(e);
            _lost = true;
        }
        _records.ResetWrittenCount();
    }
}
