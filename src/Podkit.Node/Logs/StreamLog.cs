using System.Buffers;
using Podkit.Node.Pods;

namespace Podkit.Node.Logs;

/// <summary>Takes in one output stream of a container run: into the log file first, then to those who watch live.</summary>
internal sealed class StreamLog(LogFile file, LogHub hub, PodIdentity pod, string container, bool isError, TimeProvider time)
{
    private readonly LineSplitter splitter = new();
    private readonly ArrayBufferWriter<byte> records = new(4096);
    private readonly List<ContainerLogLine> live = [];
    private readonly byte[] timestamp = new byte[LogTimestamp.Length];
    private DateTimeOffset now;

    /// <summary>Takes in what has just been read from the stream. One call at a time.</summary>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> chunk, CancellationToken cancellationToken)
    {
        SetTime();
        splitter.Feed(chunk.Span, Add);
        return FlushAsync(cancellationToken);
    }

    /// <summary>The stream has ended.</summary>
    public ValueTask EndAsync(CancellationToken cancellationToken)
    {
        SetTime();
        splitter.End(Add);
        return FlushAsync(cancellationToken);
    }

    private void SetTime()
    {
        now = time.GetUtcNow();
        LogTimestamp.Write(now, timestamp);
    }

    private void Add(ReadOnlySpan<byte> line, bool isPartial)
    {
        records.Advance(LogRecord.Write(records.GetSpan(LogRecord.SizeOf(line.Length)), timestamp, isError, isPartial, line));
        if (hub.HasSubscribers) live.Add(new(pod.Namespace, pod.Name, container, isError, now, line.ToArray(), isPartial));
    }

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (records.WrittenCount == 0) return;
        file.Append(records.WrittenSpan);
        records.ResetWrittenCount();
        if (live.Count == 0) return;
        await hub.PublishAsync(live, cancellationToken).ConfigureAwait(false);
        live.Clear();
    }
}
