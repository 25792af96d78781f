using System.Buffers;
using System.Globalization;
using System.Numerics;

namespace Podkit.Model;

/// <summary>Reads a quantity's text as k8s.io/apimachinery's <c>ParseQuantity</c> does, with its three errors.</summary>
internal static class QuantityParser
{
    public const string FormatWrong = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
    public const string SuffixWrong = "unable to parse quantity's suffix";

    /// <summary>More digits than this are refused: a quantity is no place for a long computation.</summary>
    public const int MaximumLength = 512;

    /// <summary>Decimal exponents past this are refused for the same reason.</summary>
    public const int MaximumExponent = 1000;

    private const int MaximumFastDigits = 18;
    private const int Nano = -9;
    private static readonly SearchValues<char> SuffixLetters = SearchValues.Create("eEinumkKMGTP");
    private static readonly BigDecimal MaximumBinary = new(long.MaxValue, 0);

    /// <summary>Reads a quantity; the error is null when it could be read.</summary>
    public static string? TryParse(string text, out Quantity quantity)
    {
        quantity = default;
        if (text.Length is 0 or > MaximumLength) return FormatWrong;
        if (text == "0") return null;
        if (!Split(text, out var parts)) return FormatWrong;
        if (!QuantitySuffix.TryInterpret(text.AsSpan(parts.SuffixStart), out var exponent, out var format)) return SuffixWrong;
        quantity = Fast(text, parts, exponent, format) ?? Slow(text, parts, exponent, format);
        return null;
    }

    /// <summary>Small numbers stay in a long; those that are canonical already keep their text.</summary>
    private static Quantity? Fast(string text, in Parts parts, int exponent, QuantityFormat format)
    {
        var digits = parts.Number.Length + parts.Fraction.Length;
        var scale = format == QuantityFormat.BinarySI ? 0 : exponent;
        var precision = format != QuantityFormat.BinarySI ? MaximumFastDigits - digits
            : parts.Fraction.Length == 0 ? 15 - parts.Number.Length - (int)(exponent * 3f / 10) - 1
            : -1;
        scale -= parts.Fraction.Length;
        if (precision < 0 || scale < Nano) return null;
        var shifted = string.Concat(text.AsSpan(parts.Number), text.AsSpan(parts.Fraction));
        if (shifted.Length == 0) shifted = "0";
        var number = long.Parse(shifted, NumberStyles.None, CultureInfo.InvariantCulture);
        var value = format == QuantityFormat.BinarySI ? number << exponent : number;
        var canonical = format == QuantityFormat.BinarySI
            ? (number & 7) != 0
            : scale % 3 == 0 && shifted[0] != '0' && !shifted.EndsWith("000", StringComparison.Ordinal);
        return new Quantity(parts.Negative ? -value : value, scale, null, format, canonical ? text : null);
    }

    private static Quantity Slow(string text, in Parts parts, int exponent, QuantityFormat format)
    {
        var unscaled = BigInteger.Parse("0" + string.Concat(text.AsSpan(parts.Number), text.AsSpan(parts.Fraction)), NumberStyles.None, CultureInfo.InvariantCulture);
        var amount = format == QuantityFormat.BinarySI
            ? new BigDecimal(unscaled << exponent, parts.Fraction.Length)
            : new BigDecimal(unscaled, parts.Fraction.Length - exponent);
        if (!amount.Unscaled.IsZero) amount = amount.Round(-Nano);
        if (format == QuantityFormat.BinarySI && amount.CompareTo(MaximumBinary) > 0) amount = MaximumBinary;
        if (format == QuantityFormat.BinarySI && amount.Unscaled.Sign > 0 && amount.CompareTo(new BigDecimal(BigInteger.One, 0)) < 0) format = QuantityFormat.DecimalSI;
        return new Quantity(0, 0, parts.Negative ? amount with { Unscaled = -amount.Unscaled } : amount, format, null);
    }

    private static bool Split(string text, out Parts parts)
    {
        var at = text[0] is '-' or '+' ? 1 : 0;
        var negative = text[0] == '-';
        while (at < text.Length && text[at] == '0') at++;
        var number = Digits(text, ref at);
        var fraction = at..at;
        if (at < text.Length && text[at] == '.')
        {
            at++;
            fraction = Digits(text, ref at);
        }

        var suffix = at;
        while (at < text.Length && SuffixLetters.Contains(text[at])) at++;
        if (at < text.Length && text[at] is '-' or '+') at++;
        Digits(text, ref at);
        parts = new Parts(negative, number, fraction, suffix);
        return at == text.Length;
    }

    private static Range Digits(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
        return start..at;
    }

    private readonly struct Parts(bool negative, Range number, Range fraction, int suffixStart)
    {
        public bool Negative { get; } = negative;

        public (int Start, int Length) Number { get; } = (number.Start.Value, number.End.Value - number.Start.Value);

        public (int Start, int Length) Fraction { get; } = (fraction.Start.Value, fraction.End.Value - fraction.Start.Value);

        public int SuffixStart { get; } = suffixStart;
    }

    private static ReadOnlySpan<char> AsSpan(this string text, (int Start, int Length) part) => MemoryExtensions.AsSpan(text, part.Start, part.Length);
}
