using System.Globalization;

namespace Podkit.ApiServer.Validation;

/// <summary>Go's standard base64: padded, with line breaks ignored.</summary>
internal static class Base64Text
{
    /// <summary>Checks a text and rewrites it without line breaks, or says where it is bad as Go does.</summary>
    public static bool Canonical(string text, out string canonical, out string error)
    {
        canonical = text.Contains('\n', StringComparison.Ordinal) || text.Contains('\r', StringComparison.Ordinal)
            ? text.Replace("\r", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal)
            : text;
        error = "";
        var bytes = new byte[canonical.Length / 4 * 3 + 3];
        if (Convert.TryFromBase64String(canonical, bytes, out var written) && !canonical.Any(char.IsWhiteSpace))
        {
            canonical = Convert.ToBase64String(bytes.AsSpan(0, written));
            return true;
        }

        error = string.Create(CultureInfo.InvariantCulture, $"illegal base64 data at input byte {BadByte(text)}");
        return false;
    }

    /// <summary>Where Go's decoder stops: the first bad character, bad padding, or the end of an incomplete group.</summary>
    private static int BadByte(string text)
    {
        var digits = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is '\r' or '\n') continue;
            if (char.IsAsciiLetterOrDigit(c) || c is '+' or '/')
            {
                digits++;
                continue;
            }

            if (c != '=' || digits % 4 < 2) return i;
            return BadPadding(text, i, digits % 4);
        }

        return text.Length - digits % 4;
    }

    private static int BadPadding(string text, int at, int digits)
    {
        var next = SkipBreaks(text, at + 1);
        if (digits == 2)
        {
            if (next >= text.Length) return text.Length;
            if (text[next] != '=') return next;
            next = SkipBreaks(text, next + 1);
        }

        return next < text.Length ? next : at;
    }

    private static int SkipBreaks(string text, int at)
    {
        while (at < text.Length && text[at] is '\r' or '\n') at++;
        return at;
    }
}
