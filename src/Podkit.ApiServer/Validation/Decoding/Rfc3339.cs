using System.Globalization;

namespace Podkit.ApiServer.Validation;

/// <summary>Times as Kubernetes reads and writes them: RFC 3339, kept in UTC to the second or to the microsecond.</summary>
internal static class Rfc3339
{
    private const string Layout = "2006-01-02T15:04:05Z07:00";
    private const string MicroLayout = "2006-01-02T15:04:05.000000Z07:00";

    /// <summary>Checks a time and rewrites it in UTC, or says what is wrong as Go's time.Parse does.</summary>
    public static bool Canonical(string text, bool micro, out string canonical, out string error)
    {
        canonical = error = "";
        var layout = micro ? MicroLayout : Layout;
        if (FirstBad(text, micro) is { } bad)
        {
            error = $"parsing time \"{text}\" as \"{layout}\": cannot parse \"{text[bad.At..]}\" as \"{bad.Element}\"";
            return false;
        }

        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            error = $"parsing time \"{text}\": {OutOfRange(text)} out of range";
            return false;
        }

        canonical = time.UtcDateTime.ToString(micro ? "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'" : "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return true;
    }

    private static (int At, string Element)? FirstBad(string text, bool micro)
    {
        ReadOnlySpan<(int Digits, string Element, char Separator)> parts =
            [(4, "2006", '-'), (2, "01", '-'), (2, "02", 'T'), (2, "15", ':'), (2, "04", ':'), (2, "05", '\0')];
        var at = 0;
        foreach (var (digits, element, separator) in parts)
        {
            if (!Digits(text, at, digits)) return (at, element);
            at += digits;
            if (separator == '\0') continue;
            if (at >= text.Length || text[at] != separator) return (at, separator.ToString());
            at++;
        }

        if (at < text.Length && text[at] == '.' && Digits(text, at + 1, 1))
        {
            at++;
            while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
        }
        else if (micro)
        {
            return (at, ".000000");
        }

        return text.AsSpan(at) switch
        {
            "Z" => null,
            { Length: 6 } zone when zone[0] is '+' or '-' && zone[3] == ':' && Digits(text, at + 1, 2) && Digits(text, at + 4, 2) => null,
            _ => (at, "Z07:00"),
        };
    }

    private static bool Digits(string text, int at, int count)
    {
        if (at + count > text.Length) return false;
        for (var i = at; i < at + count; i++)
        {
            if (!char.IsAsciiDigit(text[i])) return false;
        }

        return true;
    }

    private static string OutOfRange(string text)
    {
        int Part(int at) => int.Parse(text.AsSpan(at, 2), CultureInfo.InvariantCulture);
        if (Part(5) is < 1 or > 12) return "month";
        if (Part(11) > 23) return "hour";
        if (Part(14) > 59) return "minute";
        return Part(17) > 59 ? "second" : "day";
    }
}
