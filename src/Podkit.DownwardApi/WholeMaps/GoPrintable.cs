using System.Text.Json;

namespace Podkit.DownwardApi;

/// <summary>The code points that Go calls printable and therefore leaves as they are in a quoted string.</summary>
internal static class GoPrintable
{
    /// <summary>First and last code point of every range, one after the other; read on first use.</summary>
    private static readonly Lazy<int[]> Ranges = new(Load);

    public static bool Contains(int codePoint)
    {
        if (codePoint < 0x7F)
            return codePoint >= ' ';
        var at = Array.BinarySearch(Ranges.Value, codePoint);
        // Found: the end of a range. Not found: inside a range when the next end is a last one.
        return at >= 0 || (~at & 1) == 1;
    }

    private static int[] Load()
    {
        using var stream = typeof(GoPrintable).Assembly.GetManifestResourceStream("go-printable-ranges.json")
            ?? throw new InvalidOperationException("the assembly lacks its resource go-printable-ranges.json");
        var json = new byte[stream.Length];
        stream.ReadExactly(json);
        var reader = new Utf8JsonReader(json);
        var ends = new List<int>();
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.Number)
                ends.Add(reader.GetInt32());
        }
        return [.. ends];
    }
}
