using System.Globalization;

namespace Podkit.Model;

/// <summary>The units of quantities and their exponents.</summary>
internal static class QuantitySuffix
{
    private static readonly string[] Decimal = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
    private static readonly string[] Binary = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

    public static bool TryInterpret(ReadOnlySpan<char> suffix, out int exponent, out QuantityFormat format)
    {
        for (var i = 0; i < Decimal.Length; i++)
        {
            if (!suffix.SequenceEqual(Decimal[i])) continue;
            exponent = (i - 3) * 3;
            format = QuantityFormat.DecimalSI;
            return true;
        }

        for (var i = 1; i < Binary.Length; i++)
        {
            if (!suffix.SequenceEqual(Binary[i])) continue;
            exponent = i * 10;
            format = QuantityFormat.BinarySI;
            return true;
        }

        format = QuantityFormat.DecimalExponent;
        exponent = 0;
        return suffix.Length > 1 && suffix[0] is 'e' or 'E'
            && int.TryParse(suffix[1..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent)
            && Math.Abs((long)exponent) <= QuantityParser.MaximumExponent;
    }

    /// <summary>The unit of an exponent; Kubernetes writes none for exponents without a unit.</summary>
    public static string Of(int exponent, QuantityFormat format) => format switch
    {
        QuantityFormat.BinarySI => exponent / 10 < Binary.Length ? Binary[exponent / 10] : "",
        QuantityFormat.DecimalSI => exponent is >= -9 and <= 18 ? Decimal[(exponent / 3) + 3] : "",
        _ => exponent == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"e{exponent}"),
    };
}
