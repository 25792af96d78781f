namespace Podkit.Node.Logs;

/// <summary>A line of a log file in the CRI's format: <c>TIME stdout F content</c>.</summary>
internal readonly ref struct LogRecord
{
    private const int HeadLength = LogTimestamp.Length + 10;

    private LogRecord(ReadOnlySpan<byte> time, bool isError, bool isPartial, ReadOnlySpan<byte> content)
    {
        Time = time;
        IsError = isError;
        IsPartial = isPartial;
        Content = content;
    }

    public ReadOnlySpan<byte> Time { get; }

    public bool IsError { get; }

    /// <summary>Whether the content goes on in the next record of the same stream (or ended without a newline).</summary>
    public bool IsPartial { get; }

    public ReadOnlySpan<byte> Content { get; }

    /// <summary>How many bytes a record of that content takes.</summary>
    public static int SizeOf(int contentLength) => HeadLength + contentLength + 1;

    /// <summary>Writes a record and returns its size.</summary>
    public static int Write(Span<byte> destination, ReadOnlySpan<byte> time, bool isError, bool isPartial, ReadOnlySpan<byte> content)
    {
        time.CopyTo(destination);
        (isError ? " stderr "u8 : " stdout "u8).CopyTo(destination[LogTimestamp.Length..]);
        destination[HeadLength - 2] = (byte)(isPartial ? 'P' : 'F');
        destination[HeadLength - 1] = (byte)' ';
        content.CopyTo(destination[HeadLength..]);
        destination[HeadLength + content.Length] = (byte)'\n';
        return SizeOf(content.Length);
    }

    /// <summary>Reads a record from a line without its newline; false for what is none.</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, out LogRecord record)
    {
        record = default;
        if (line.Length < HeadLength) return false;
        var stream = line.Slice(LogTimestamp.Length, 8);
        var isError = stream.SequenceEqual(" stderr "u8);
        if (!isError && !stream.SequenceEqual(" stdout "u8)) return false;
        record = new(line[..LogTimestamp.Length], isError, line[HeadLength - 2] == 'P', line[HeadLength..]);
        return true;
    }
}
