using System.Globalization;
using System.Text;

namespace Podkit.Cli.Identity;

/// <summary>Text of others for a terminal, which would obey what is not meant to be seen in it.</summary>
internal static class PlainText
{
    /// <summary>The text with what controls a terminal, ends a line or turns the direction of writing as <c>\u001B</c>.</summary>
    public static string Of(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            if (IsSeen(character)) plain.Append(character);
            else plain.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}");
        }

        return plain.ToString();
    }

    private static bool IsSeen(char character) => char.GetUnicodeCategory(character)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
