namespace Podkit.Node.Logs;

/// <summary>Finds where the last lines of a log begin, reading it from its end.</summary>
internal static class LogTail
{
    private const int BlockSize = 16 * 1024;

    public static long Find(LogFile log, long lines)
    {
        var end = log.End;
        if (lines <= 0) return end;
        var block = new byte[BlockSize];
        var counter = new Counter { Wanted = lines };
        for (var position = end; position > log.Start;)
        {
            var from = Math.Max(log.Start, position - BlockSize);
            var read = ReadFully(log, from, block.AsSpan(0, (int)(position - from)));
            if (counter.Look(block.AsSpan(0, read), end - from) is { } found) return from + found;
            position = from;
        }
        return log.Start;
    }

    private static int ReadFully(LogFile log, long position, Span<byte> destination)
    {
        var total = 0;
        while (total < destination.Length)
        {
            var read = log.Read(position + total, destination[total..]);
            if (read == 0) break;
            total += read;
        }
        return total;
    }

    private struct Counter
    {
        private long _seen;

        public required long Wanted { get; init; }

        /// <summary>The place in the block after the newline before the wanted lines, or null.</summary>
        public int? Look(ReadOnlySpan<byte> block, long distanceToEnd)
        {
            for (var i = block.LastIndexOf((byte)'\n'); i >= 0; i = block[..i].LastIndexOf((byte)'\n'))
            {
                var endsLog = i + 1 == distanceToEnd;
                if (!endsLog && ++_seen == Wanted) return i + 1;
            }
            return null;
        }
    }
}
