namespace Podkit.Node.Logs;

/// <summary>Cuts the bytes of one stream into lines; a line longer than the limit is cut into pieces.</summary>
internal sealed class LineSplitter(int longest = LineSplitter.LongestLine)
{
    /// <summary>The CRI's limit of a line in a log file.</summary>
    public const int LongestLine = 16 * 1024;

    private readonly byte[] pending = new byte[longest];
    private int pendingLength;

    /// <summary>Called with each line or piece: its bytes without newline, and whether it is a piece that goes on.</summary>
    public delegate void LineHandler(ReadOnlySpan<byte> line, bool isPartial);

    public void Feed(ReadOnlySpan<byte> chunk, LineHandler handle)
    {
        while (!chunk.IsEmpty)
        {
            var newline = chunk.IndexOf((byte)'\n');
            if (newline >= 0 && pendingLength + newline <= longest)
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
        if (pendingLength == 0) return;
        handle(pending.AsSpan(0, pendingLength), isPartial: true);
        pendingLength = 0;
    }

    private void Emit(ReadOnlySpan<byte> rest, LineHandler handle)
    {
        if (pendingLength == 0)
        {
            handle(rest, isPartial: false);
            return;
        }
        rest.CopyTo(pending.AsSpan(pendingLength));
        handle(pending.AsSpan(0, pendingLength + rest.Length), isPartial: false);
        pendingLength = 0;
    }

    private int Keep(ReadOnlySpan<byte> chunk, LineHandler handle)
    {
        var taken = Math.Min(chunk.Length, longest - pendingLength);
        chunk[..taken].CopyTo(pending.AsSpan(pendingLength));
        pendingLength += taken;
        if (pendingLength == longest && taken < chunk.Length)
        {
            handle(pending, isPartial: true);
            pendingLength = 0;
        }
        return taken;
    }
}
