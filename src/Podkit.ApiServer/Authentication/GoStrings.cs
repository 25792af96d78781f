using System.Globalization;
using System.Text;

namespace Podkit.ApiServer.Authentication;

/// <summary>Text as Go's <c>%q</c> writes it in Kubernetes' sentences.</summary>
internal static class GoStrings
{
    /// <summary>A string in double quotes.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var rune in text.EnumerateRunes()) Append(quoted, rune);
        return quoted.Append('"').ToString();
    }

    /// <summary>A list of strings: <c>["a" "b"]</c>.</summary>
    public static string Quote(IEnumerable<string> texts) => $"[{string.Join(' ', texts.Select(Quote))}]";

    private static void Append(StringBuilder quoted, Rune rune)
    {
        var escape = rune.Value switch
        {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\a' => "\\a",
            '\b' => "\\b",
            '\f' => "\\f",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            '\v' => "\\v",
            _ => null,
        };
        if (escape is not null) quoted.Append(escape);
        else if (rune.Value < 0x20 || rune.Value == 0x7f) quoted.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}");
        else if (IsPrintable(rune)) quoted.Append(rune.ToString());
        else if (rune.Value < 0x10000) quoted.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
        else quoted.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:x8}");
    }

    private static bool IsPrintable(Rune rune) => rune.Value is >= 0x20 and < 0x7f || Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
