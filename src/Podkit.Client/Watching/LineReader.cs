using System.Buffers;
using System.IO.Pipelines;

namespace Podkit.Client.Watching;

/// <summary>Cuts a stream into lines, each handed out as soon as its last byte has come. No line may be longer than a bound.</summary>
internal sealed class LineReader(Stream stream, int maximumBytes) : IAsyncDisposable
{
    private readonly PipeReader _pipe = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 16 * 1024, minimumReadSize: 4096, useZeroByteReads: true));
    private ReadOnlySequence<byte> _rest;
    private long _searched;
    private bool _reading;
    private bool _ended;

    /// <summary>The next line that is not empty, without its end; null at the end of the stream. Valid until the next call.</summary>
    public async ValueTask<ReadOnlySequence<byte>?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_reading)
            {
                while (TryCut(out var line))
                {
                    if (!IsBlank(line)) return line;
                }

                if (_rest.Length > maximumBytes) throw TooLong();
                if (_ended) return TakeLast();
                _pipe.AdvanceTo(_rest.Start, _rest.End);
                _reading = false;
            }

            var result = await _pipe.ReadAsync(cancellationToken).ConfigureAwait(false);
            (_rest, _ended, _reading) = (result.Buffer, result.IsCompleted, true);
        }
    }

    public ValueTask DisposeAsync() => _pipe.CompleteAsync();

    private bool TryCut(out ReadOnlySequence<byte> line)
    {
        if (_rest.Slice(_searched).PositionOf((byte)'\n') is not { } end)
        {
            _searched = _rest.Length;
            line = default;
            return false;
        }

        _searched = 0;
        line = _rest.Slice(0, end);
        _rest = _rest.Slice(_rest.GetPosition(1, end));
        return line.Length <= maximumBytes ? true : throw TooLong();
    }

    private ReadOnlySequence<byte>? TakeLast()
    {
        var last = _rest;
        (_rest, _searched) = (_rest.Slice(_rest.End), 0);
        return last.IsEmpty || IsBlank(last) ? null : last;
    }

    private static bool IsBlank(in ReadOnlySequence<byte> line) => line.IsEmpty || (line.Length <= 2 && line.ToArray().All(b => b is (byte)'\r' or (byte)' '));

    private InvalidDataException TooLong() => new($"a line of the watch is longer than {maximumBytes} bytes");
}
