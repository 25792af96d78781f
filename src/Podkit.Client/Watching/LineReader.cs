using System.Buffers;

namespace Podkit.Client.Watching;

/// <summary>
/// Cuts a stream into lines, each handed out as soon as its last byte has come, always in one piece: parsing a piece is twice as quick as parsing
/// a sequence. No line may be longer than a bound; the buffer grows with the line and goes back when the line has been read.
/// </summary>
internal sealed class LineReader(Stream stream, int maximumBytes) : IAsyncDisposable
{
    internal const int UsualBytes = 32 * 1024;

    /// <summary>A stream that fills the buffer is in a burst: more at a time is parsed on several processors.</summary>
    private const int BurstBytes = 512 * 1024;

    private byte[] _buffer = [];
    private int _start;
    private int _searched;
    private int _end;
    private bool _ended;
    private bool _filled;

    /// <summary>The next line that is not empty, without its end; null at the end of the stream. Valid until the next call.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            while (TryCut(out var line))
            {
                if (!IsBlank(line.Span)) return line;
            }

            if (_end - _start > maximumBytes) throw TooLong();
            if (_ended) return TakeLast();
            await FillAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A further line that is here in full. It and those before it stay valid until the next <see cref="ReadAsync"/>.</summary>
    public bool TryRead(out ReadOnlyMemory<byte> line)
    {
        while (TryCut(out line))
        {
            if (!IsBlank(line.Span)) return true;
        }

        return false;
    }

    public ValueTask DisposeAsync()
    {
        Replace([]);
        return stream.DisposeAsync();
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (_start == _end)
        {
            (_start, _searched, _end) = (0, 0, 0);

            // A watch is mostly silence: no buffer is held through it.
            var bytes = stream.ReadAsync(Memory<byte>.Empty, cancellationToken);
            if (!bytes.IsCompleted || _buffer.Length > 2 * BurstBytes) Shrink();
            await bytes.ConfigureAwait(false);
        }

        MakeRoom();
        var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
        _end += read;
        _filled = _end == _buffer.Length;
        _ended = read == 0;
    }

    private void MakeRoom()
    {
        if (_buffer.Length == 0) Replace(ArrayPool<byte>.Shared.Rent(UsualBytes));
        if (_filled && _buffer.Length < BurstBytes)
        {
            var rest = _end - _start;
            Replace(ArrayPool<byte>.Shared.Rent(_buffer.Length * 2));
            (_searched, _start, _end) = (_searched - _start, 0, rest);
        }

        if (_end < _buffer.Length) return;
        var length = _end - _start;
        if (_start < _buffer.Length / 2) Replace(ArrayPool<byte>.Shared.Rent((int)Math.Min(_buffer.Length * 2L, Math.Max(maximumBytes + 1L, _buffer.Length + 1L))));
        else _buffer.AsSpan(_start, length).CopyTo(_buffer);
        (_searched, _start, _end) = (_searched - _start, 0, length);
    }

    private void Shrink()
    {
        Replace([]);
        _filled = false;
    }

    // Objects may be Secrets: the next renter must not find them.
    private void Replace(byte[] buffer)
    {
        var old = _buffer;
        old.AsSpan(_start, Math.Min(_end - _start, buffer.Length)).CopyTo(buffer);
        _buffer = buffer;
        if (old.Length > 0) ArrayPool<byte>.Shared.Return(old, clearArray: true);
    }

    private bool TryCut(out ReadOnlyMemory<byte> line)
    {
        var end = _buffer.AsSpan(_searched, _end - _searched).IndexOf((byte)'\n');
        if (end < 0)
        {
            _searched = _end;
            line = default;
            return false;
        }

        end += _searched;
        line = _buffer.AsMemory(_start, end - _start);
        _start = _searched = end + 1;
        return line.Length <= maximumBytes ? true : throw TooLong();
    }

    private ReadOnlyMemory<byte>? TakeLast()
    {
        var last = _buffer.AsMemory(_start, _end - _start);
        _start = _searched = _end;
        // Not a conditional: null would be an empty line, by the conversion from arrays.
        if (IsBlank(last.Span)) return null;
        return last;
    }

    private static bool IsBlank(ReadOnlySpan<byte> line) => line.Length <= 2 && line.IndexOfAnyExcept((byte)'\r', (byte)' ') < 0;

    private InvalidDataException TooLong() => new($"a line of the watch is longer than {maximumBytes} bytes");
}
