using System.Globalization;
using System.Numerics;

namespace Podkit.Model;

public readonly partial struct Quantity
{
    private static readonly BigDecimal Kibi = new(1024, 0);
    private static readonly BigDecimal NegativeKibi = new(-1024, 0);

    /// <summary>
    /// The canonical string: no fraction, the largest unit that needs none, such as <c>1500m</c> or <c>1Gi</c>. As in
    /// Kubernetes a text that already had that form is kept as it was read, sign and leading zeros included.
    /// </summary>
    public override string ToString() => text ?? Canonical();

    private string Canonical()
    {
        if (IsZero) return "0";
        var format = Format;
        if (format == QuantityFormat.BinarySI)
        {
            var exact = Exact();
            var whole = exact.Round(0);
            if ((exact.CompareTo(NegativeKibi) <= 0 || exact.CompareTo(Kibi) >= 0) && whole.CompareTo(exact) == 0) return Binary(whole.Unscaled);
            format = QuantityFormat.DecimalSI;
        }

        var (mantissa, exponent) = WithoutTens();
        var surplus = ((exponent % 3) + 3) % 3;
        if (surplus != 0) mantissa *= surplus == 1 ? 10 : 100;
        return mantissa.ToString(CultureInfo.InvariantCulture) + QuantitySuffix.Of(exponent - surplus, format);
    }

    private static string Binary(BigInteger number)
    {
        var exponent = 0;
        while (!number.IsZero && number % 1024 == 0)
        {
            number /= 1024;
            exponent += 10;
        }

        return number.ToString(CultureInfo.InvariantCulture) + QuantitySuffix.Of(exponent, QuantityFormat.BinarySI);
    }

    /// <summary>The number as a mantissa that no ten divides, and its exponent.</summary>
    private (BigInteger Mantissa, int Exponent) WithoutTens()
    {
        var mantissa = big?.Unscaled ?? value;
        var exponent = big is null ? scale : -big.Scale;
        while (!mantissa.IsZero)
        {
            var quotient = BigInteger.DivRem(mantissa, 10, out var remainder);
            if (!remainder.IsZero) break;
            mantissa = quotient;
            exponent++;
        }

        return (mantissa, exponent);
    }
}
