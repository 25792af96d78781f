using System.Globalization;
using System.Text.Json.Nodes;

namespace Podkit.Model.Yaml;

/// <summary>What a plain scalar means in YAML 1.1, as Kubernetes' YAML library reads it.</summary>
internal static class YamlScalars
{
    /// <summary>The scalar's value; false for infinities and not-a-number, which JSON cannot hold.</summary>
    public static bool TryResolve(string text, out JsonNode? value)
    {
        value = null;
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                return true;
            case "true" or "True" or "TRUE" or "y" or "Y" or "yes" or "Yes" or "YES" or "on" or "On" or "ON":
                value = JsonValue.Create(true);
                return true;
            case "false" or "False" or "FALSE" or "n" or "N" or "no" or "No" or "NO" or "off" or "Off" or "OFF":
                value = JsonValue.Create(false);
                return true;
            case ".inf" or ".Inf" or ".INF" or "+.inf" or "+.Inf" or "+.INF" or "-.inf" or "-.Inf" or "-.INF" or ".nan" or ".NaN" or ".NAN":
                return false;
        }

        value = Number(text) ?? JsonValue.Create(text);
        return true;
    }

    private static JsonValue? Number(string text)
    {
        if (!char.IsAsciiDigit(text[0]) && text[0] is not ('-' or '+' or '.')) return null;
        var plain = text.Replace("_", "", StringComparison.Ordinal);
        var negative = plain.StartsWith('-');
        var digits = plain.StartsWith('-') || plain.StartsWith('+') ? plain[1..] : plain;
        if (Integer(digits) is { } magnitude)
        {
            if (!negative) return magnitude <= long.MaxValue ? JsonValue.Create((long)magnitude) : JsonValue.Create(magnitude);
            if (magnitude <= 1UL << 63) return JsonValue.Create(unchecked(-(long)magnitude));
        }

        if (!IsDecimal(digits) || !double.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number)) return null;
        return number == Math.Floor(number) && Math.Abs(number) < 1e15 ? JsonValue.Create((long)number) : JsonValue.Create(number);
    }

    private static ulong? Integer(string digits)
    {
        if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase)) return Parse(digits[2..], 16);
        if (digits.StartsWith("0b", StringComparison.OrdinalIgnoreCase)) return Parse(digits[2..], 2);
        if (digits.StartsWith("0o", StringComparison.OrdinalIgnoreCase)) return Parse(digits[2..], 8);
        return digits.Length > 1 && digits[0] == '0' ? Parse(digits[1..], 8) : Parse(digits, 10);
    }

    private static ulong? Parse(string digits, uint radix)
    {
        if (digits.Length == 0) return null;
        UInt128 number = 0;
        foreach (var c in digits)
        {
            if (!char.IsAsciiHexDigit(c) || Convert.ToUInt32(c.ToString(), 16) is var digit && digit >= radix) return null;
            number = (number * radix) + Convert.ToUInt32(c.ToString(), 16);
            if (number > ulong.MaxValue) return null;
        }

        return (ulong)number;
    }

    private static bool IsDecimal(string digits)
    {
        var at = 0;
        var mantissa = Digits(digits, ref at);
        if (at < digits.Length && digits[at] == '.')
        {
            at++;
            mantissa += Digits(digits, ref at);
        }

        if (mantissa == 0) return false;
        if (at == digits.Length) return true;
        if (digits[at] is not ('e' or 'E')) return false;
        at++;
        if (at < digits.Length && digits[at] is '-' or '+') at++;
        return Digits(digits, ref at) > 0 && at == digits.Length;
    }

    private static int Digits(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
        return at - start;
    }
}
