using System.Buffers;
using System.Runtime.CompilerServices;

namespace Podkit.Node.Logs;

/// <summary>Reads a log file the way that <c>kubectl logs</c> asks for it.</summary>
internal sealed class LogReader
{
    private const int BlockSize = 64 * 1024;

    private readonly LogFile log;
    private readonly ContainerLogOptions options;
    private readonly byte[]? since;
    private readonly ArrayBufferWriter<byte> output = new(BlockSize);
    private byte[] buffer = new byte[BlockSize];
    private int buffered;
    private long position;
    private long left;
    private bool inLine;

    private LogReader(LogFile log, ContainerLogOptions options)
    {
        (this.log, this.options) = (log, options);
        since = options.SinceTime is { } time ? LogTimestamp.Bytes(time) : null;
        left = options.LimitBytes ?? long.MaxValue;
    }

    /// <summary>The wanted part, in pieces that are valid until the next one is asked for.</summary>
    public static IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(LogFile log, ContainerLogOptions options, CancellationToken cancellationToken) =>
        new LogReader(log, options).RunAsync(cancellationToken);

    private async IAsyncEnumerable<ReadOnlyMemory<byte>> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        position = options.TailLines is { } lines ? LogTail.Find(log, lines) : log.Start;
        while (left > 0)
        {
            var changed = log.Changed.Next;
            var complete = log.IsComplete;
            while (left > 0 && Fill())
            {
                Format();
                if (output.WrittenCount == 0) continue;
                yield return output.WrittenMemory;
                output.ResetWrittenCount();
            }
            if (!options.Follow || complete || left <= 0) yield break;
            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private bool Fill()
    {
        if (buffered == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
        while (true)
        {
            var read = log.Read(position, buffer.AsSpan(buffered));
            position += read;
            buffered += read;
            if (read > 0) return true;
            if (position >= log.Start) return false;
            SkipLost();
        }
    }

    /// <summary>What a slow reader has not read before its file was replaced is gone; it goes on where something is kept.</summary>
    private void SkipLost() => (position, buffered, inLine) = (log.Start, 0, false);

    private void Format()
    {
        var taken = 0;
        while (left > 0)
        {
            var newline = buffer.AsSpan(taken, buffered - taken).IndexOf((byte)'\n');
            if (newline < 0) break;
            if (LogRecord.TryParse(buffer.AsSpan(taken, newline), out var record) && IsWanted(record)) Append(record);
            taken += newline + 1;
        }
        buffer.AsSpan(taken, buffered - taken).CopyTo(buffer);
        buffered -= taken;
    }

    private bool IsWanted(LogRecord record) =>
        (since is null || record.Time.SequenceCompareTo(since) >= 0) && (options.ErrorStream is not { } error || error == record.IsError);

    private void Append(LogRecord record)
    {
        if (options.Timestamps && !inLine)
        {
            Write(record.Time);
            Write(" "u8);
        }
        Write(record.Content);
        if (!record.IsPartial) Write("\n"u8);
        inLine = record.IsPartial;
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > left) bytes = bytes[..(int)left];
        output.Write(bytes);
        left -= bytes.Length;
    }
}
