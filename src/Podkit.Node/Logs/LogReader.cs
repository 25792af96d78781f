using System.Buffers;
using System.Runtime.CompilerServices;

namespace Podkit.Node.Logs;

/// <summary>Reads a log file the way that <c>kubectl logs</c> asks for it.</summary>
internal sealed class LogReader
{
    private const int BlockSize = 64 * 1024;

    private readonly LogFile _log;
    private readonly ContainerLogOptions _options;
    private readonly byte[]? _since;
    private readonly ArrayBufferWriter<byte> _output = new(BlockSize);
    private byte[] _buffer = new byte[BlockSize];
    private int _buffered;
    private long _position;
    private long _left;
    private bool _inLine;

    private LogReader(LogFile log, ContainerLogOptions options)
    {
        (_log, _options) = (log, options);
        _since = options.SinceTime is { } time ? LogTimestamp.Bytes(time) : null;
        _left = options.LimitBytes ?? long.MaxValue;
    }

    /// <summary>The wanted part, in pieces that are valid until the next one is asked for.</summary>
    public static IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(LogFile log, ContainerLogOptions options, CancellationToken cancellationToken) =>
        new LogReader(log, options).RunAsync(cancellationToken);

    private async IAsyncEnumerable<ReadOnlyMemory<byte>> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _position = _options.TailLines is { } lines ? LogTail.Find(_log, lines) : _log.Start;
        while (_left > 0)
        {
            var changed = _log.Changed.Next;
            var complete = _log.IsComplete;
            while (_left > 0 && Fill())
            {
                Format();
                if (_output.WrittenCount == 0) continue;
                yield return _output.WrittenMemory;
                _output.ResetWrittenCount();
            }
            if (!_options.Follow || complete || _left <= 0) yield break;
            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private bool Fill()
    {
        if (_buffered == _buffer.Length) Array.Resize(ref _buffer, _buffer.Length * 2);
        while (true)
        {
            var read = _log.Read(_position, _buffer.AsSpan(_buffered));
            _position += read;
            _buffered += read;
            if (read > 0) return true;
            if (_position >= _log.Start) return false;
            SkipLost();
        }
    }

    /// <summary>What a slow reader has not read before its file was replaced is gone; it goes on where something is kept.</summary>
    private void SkipLost() => (_position, _buffered, _inLine) = (_log.Start, 0, false);

    private void Format()
    {
        var taken = 0;
        while (_left > 0)
        {
            var newline = _buffer.AsSpan(taken, _buffered - taken).IndexOf((byte)'\n');
            if (newline < 0) break;
            if (LogRecord.TryParse(_buffer.AsSpan(taken, newline), out var record) && IsWanted(record)) Append(record);
            taken += newline + 1;
        }
        _buffer.AsSpan(taken, _buffered - taken).CopyTo(_buffer);
        _buffered -= taken;
    }

    private bool IsWanted(LogRecord record) =>
        (_since is null || record.Time.SequenceCompareTo(_since) >= 0) && (_options.ErrorStream is not { } error || error == record.IsError);

    private void Append(LogRecord record)
    {
        if (_options.Timestamps && !_inLine)
        {
            Write(record.Time);
            Write(" "u8);
        }
        Write(record.Content);
        if (!record.IsPartial) Write("\n"u8);
        _inLine = record.IsPartial;
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _left) bytes = bytes[..(int)_left];
        _output.Write(bytes);
        _left -= bytes.Length;
    }
}
