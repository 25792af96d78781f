using System.Buffers.Text;
using System.Globalization;

namespace Podkit.Node.Logs;

/// <summary>The time at the head of a log line: RFC 3339 in UTC with nine decimals, always 30 bytes, so that times compare as bytes.</summary>
internal static class LogTimestamp
{
    public const int Length = 30;

    private const string Pattern = "yyyy-MM-dd'T'HH:mm:ss.fffffff'00Z'";

    public static void Write(DateTimeOffset time, Span<byte> destination) =>
        time.UtcDateTime.TryFormat(destination, out _, Pattern, CultureInfo.InvariantCulture);

    public static byte[] Bytes(DateTimeOffset time)
    {
        var bytes = new byte[Length];
        Write(time, bytes);
        return bytes;
    }

    public static bool TryParse(ReadOnlySpan<byte> text, out DateTimeOffset time)
    {
        time = default;
        if (text.Length < Length || text[Length - 1] != 'Z') return false;
        Span<byte> round = stackalloc byte[28];
        text[..27].CopyTo(round);
        round[27] = (byte)'Z';
        return Utf8Parser.TryParse(round, out time, out var used, 'O') && used == 28;
    }
}
