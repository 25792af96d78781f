namespace Podkit.Node.Logs;

/// <summary>Cuts the bytes of one stream into lines; a line longer than the limit is cut into pieces.</summary>
internal sealed class LineSplitter(int longest = LineSplitter.LongestLine)
{
    /// <summary>The CRI's limit of a line in a log file.</summary>
    public const int LongestLine = 16 * 1024;

    private readonly byte[] _pending = new byte[longest];
    private int _pendingLength;

    /// <summary>Called with each line or piece: its bytes without newline, and whether it is a piece that goes on.</summary>
    public delegate void LineHandler(ReadOnlySpan<byte> line, bool isPartial);

    public void Feed(ReadOnlySpan<byte> chunk, LineHandler handle)
    {
        while (!chunk.IsEmpty)
        {
            var newline = chunk.IndexOf((byte)'\n');
            if (newline >= 0 && _pendingLength + newline <= longest)
            {
                Emit(chunk[..newline], handle);
                chunk = chunk[(newline + 1)..];
            }
            else
            {
                var taken = Keep(chunk, handle);
                chunk = chunk[taken..];
            }
        }
    }

    /// <summary>Gives out what the stream ended with when that was no newline.</summary>
    public void End(LineHandler handle)
    {
        if (_pendingLength == 0) return;
        handle(_pending.AsSpan(0, _pendingLength), isPartial: true);
        _pendingLength = 0;
    }

    private void Emit(ReadOnlySpan<byte> rest, LineHandler handle)
    {
        if (_pendingLength == 0)
        {
            handle(rest, isPartial: false);
            return;
        }
        rest.CopyTo(_pending.AsSpan(_pendingLength));
        handle(_pending.AsSpan(0, _pendingLength + rest.Length), isPartial: false);
        _pendingLength = 0;
    }

    private int Keep(ReadOnlySpan<byte> chunk, LineHandler handle)
    {
        var taken = Math.Min(chunk.Length, longest - _pendingLength);
        chunk[..taken].CopyTo(_pending.AsSpan(_pendingLength));
        _pendingLength += taken;
        if (_pendingLength == longest && taken < chunk.Length)
        {
            handle(_pending, isPartial: true);
            _pendingLength = 0;
        }
        return taken;
    }
}
