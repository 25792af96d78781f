using System.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Podkit.DownwardApi.Tests;

public class WholeMapProperties
{
    [Property(MaxTest = 1000, Arbitrary = [typeof(Generators)])]
    public void What_is_written_is_read_back(Dictionary<string, string> map)
    {
        WholeMap.Parse(WholeMap.Format(map)).ShouldBe(map, ignoreOrder: true);
    }

    [Property(MaxTest = 1000, Arbitrary = [typeof(Generators)])]
    public void What_is_written_as_bytes_is_read_back(Dictionary<string, string> map)
    {
        var wellFormed = map.Where(entry => IsWellFormed(entry.Key)).ToDictionary();
        WholeMap.ParseUtf8(WholeMap.FormatUtf8(wellFormed)).ShouldBe(wellFormed, ignoreOrder: true);
    }

    [Property(MaxTest = 500, Arbitrary = [typeof(Generators)])]
    public void What_is_written_is_sorted_and_printable(Dictionary<string, string> map)
    {
        var wellFormed = map.Where(entry => IsWellFormed(entry.Key)).ToDictionary();
        var text = WholeMap.Format(wellFormed);
        text.Count(c => c == '\n').ShouldBe(Math.Max(wellFormed.Count - 1, 0));
        var keys = WholeMap.Parse(text).Keys.Select(key => Convert.ToHexString(Encoding.UTF8.GetBytes(key))).ToList();
        keys.ShouldBe(keys.Order(StringComparer.Ordinal));
    }

    [Property(MaxTest = 5000, Arbitrary = [typeof(Generators)])]
    public void Reading_any_text_fails_in_no_other_way_than_documented(Malformed text)
    {
        Dictionary<string, string> map;
        try
        {
            map = WholeMap.Parse(text.Text);
        }
        catch (DownwardApiFormatException)
        {
            WholeMap.TryParse(text.Text, out _, out var error).ShouldBeFalse();
            error.ShouldNotBeNullOrEmpty();
            return;
        }
        WholeMap.Parse(WholeMap.Format(map)).ShouldBe(map, ignoreOrder: true);
    }

    [Property(MaxTest = 5000)]
    public void Reading_any_bytes_fails_in_no_other_way_than_documented(byte[] noise, byte position)
    {
        var bytes = "app=\"web\"\ntier=\"\\xc3\\xa9\\u200b\""u8.ToArray();
        noise.AsSpan(0, Math.Min(noise.Length, 4)).CopyTo(bytes.AsSpan(position % (bytes.Length - 4)));
        foreach (var input in new[] { noise, bytes })
        {
            try
            {
                WholeMap.ParseUtf8(input).ShouldNotBeNull();
            }
            catch (DownwardApiFormatException e)
            {
                e.Line.ShouldBeGreaterThan(0);
            }
        }
    }

    private static bool IsWellFormed(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) == text;

    /// <summary>A text that is nearly, or not at all, what a kubelet writes.</summary>
    public sealed record Malformed(string Text);

    public static class Generators
    {
        private static readonly Gen<string> Piece = Gen.OneOf(
            Gen.Elements("\"", "\\", "=", "=\"", "\"\n", "\\\"", "\\x", "\\xed\\xa0\\x80", "\\u", "\\U0010", "\n", "\r", "\0", "\u007f", "\u00ad"),
            Gen.Choose(0, 0x10FFFF).Where(c => c is < 0xD800 or > 0xDFFF).Select(char.ConvertFromUtf32),
            Gen.Choose(0xD800, 0xDFFF).Select(c => ((char)c).ToString()),
            Gen.Choose(0x20, 0x7E).Select(c => ((char)c).ToString()),
            Gen.Choose(0, 0x3000).Select(c => ((char)c).ToString()));

        private static readonly Gen<string> Text = Piece.ListOf().Select(pieces => string.Concat(pieces));

        private static readonly Gen<string> Key = Text.Select(text => text.Replace("\n", "", StringComparison.Ordinal));

        private static readonly Gen<Dictionary<string, string>> Map =
            Key.Zip(Text).ListOf().Select(entries => entries.DistinctBy(e => e.Item1).ToDictionary(e => e.Item1, e => e.Item2));

        public static Arbitrary<Dictionary<string, string>> Maps() => Map.ToArbitrary();

        public static Arbitrary<Malformed> Malformeds() => Gen.OneOf(Text, Mutated()).Select(text => new Malformed(text)).ToArbitrary();

        private static Gen<string> Mutated() =>
            from map in Map
            from piece in Piece
            from place in Gen.Choose(0, 10_000)
            from length in Gen.Choose(0, 3)
            select Mutate(WholeMap.Format(map), piece, place, length);

        private static string Mutate(string text, string piece, int place, int length)
        {
            place %= text.Length + 1;
            return text[..place] + piece + text[Math.Min(place + length, text.Length)..];
        }
    }
}
