using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Text.Json.Serialization;
using Podkit.Model.Json;

namespace Podkit.Model;

/// <summary>
/// A Kubernetes quantity: an exact number with a unit, such as <c>500m</c> or <c>128Mi</c>. Numbers are kept to the nano;
/// what is smaller is rounded away from zero. Two quantities are equal when their numbers are, whatever their units.
/// </summary>
[JsonConverter(typeof(QuantityConverter))]
public readonly partial struct Quantity : IEquatable<Quantity>, IComparable<Quantity>
{
    private readonly long value;
    private readonly int scale;
    private readonly BigDecimal? big;
    private readonly string? text;

    internal Quantity(long value, int scale, BigDecimal? big, QuantityFormat format, string? text)
    {
        this.value = value;
        this.scale = scale;
        this.big = big;
        this.text = text;
        Format = format;
    }

    /// <summary>A whole number, such as a count of bytes.</summary>
    /// <param name="value">The number.</param>
    /// <param name="format">How it is written.</param>
    public Quantity(long value, QuantityFormat format = QuantityFormat.DecimalSI)
        : this(value, 0, null, format, null)
    {
    }

    /// <summary>How the unit is written.</summary>
    public QuantityFormat Format { get; }

    /// <summary>
    /// The number rounded away from zero to a whole one. A number that no long can hold gives what Kubernetes gives: zero,
    /// or its lowest 64 bits.
    /// </summary>
    public long Value => Scaled(0);

    /// <summary>The number times 1,000, rounded and bounded as <see cref="Value"/>.</summary>
    public long MilliValue => Scaled(-3);

    /// <summary>-1, 0 or 1.</summary>
    public int Sign => big?.Unscaled.Sign ?? Math.Sign(value);

    /// <summary>Whether the number is zero.</summary>
    public bool IsZero => Sign == 0;

    /// <summary>The sum.</summary>
    public static Quantity operator +(Quantity left, Quantity right) => left.Add(right);

    /// <summary>Whether both are the same number.</summary>
    public static bool operator ==(Quantity left, Quantity right) => left.Equals(right);

    /// <summary>Whether they are different numbers.</summary>
    public static bool operator !=(Quantity left, Quantity right) => !left.Equals(right);

    /// <summary>Whether the left number is smaller.</summary>
    public static bool operator <(Quantity left, Quantity right) => left.CompareTo(right) < 0;

    /// <summary>Whether the left number is smaller or the same.</summary>
    public static bool operator <=(Quantity left, Quantity right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the left number is greater.</summary>
    public static bool operator >(Quantity left, Quantity right) => left.CompareTo(right) > 0;

    /// <summary>Whether the left number is greater or the same.</summary>
    public static bool operator >=(Quantity left, Quantity right) => left.CompareTo(right) >= 0;

    /// <summary>A number of thousandths, such as millicores.</summary>
    public static Quantity FromMilliValue(long milli) => new(milli, -3, null, QuantityFormat.DecimalSI, null);

    /// <summary>Reads a quantity.</summary>
    /// <exception cref="FormatException">The text is none; the message is Kubernetes' own.</exception>
    public static Quantity Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return QuantityParser.TryParse(text, out var quantity) is { } error ? throw new FormatException(error) : quantity;
    }

    /// <summary>Reads a quantity.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Quantity quantity)
    {
        quantity = default;
        return text is not null && QuantityParser.TryParse(text, out quantity) is null;
    }

    /// <summary>The sum, in this quantity's format, or in the other's when this one is zero.</summary>
    public Quantity Add(Quantity other)
    {
        var format = IsZero ? other.Format : Format;
        if (big is null && other.big is null)
        {
            if (other.value == 0) return new Quantity(value, scale, null, format, null);
            if (value == 0) return new Quantity(other.value, other.scale, null, format, null);
            var common = Math.Min(scale, other.scale);
            if (TryScaleUp(value, scale - common, out var left) && TryScaleUp(other.value, other.scale - common, out var right))
            {
                var sum = unchecked(left + right);
                if (((left ^ sum) & (right ^ sum)) >= 0) return new Quantity(sum, common, null, format, null);
            }
        }

        return new Quantity(0, 0, Exact().Add(other.Exact()), format, null);
    }

    /// <inheritdoc/>
    public int CompareTo(Quantity other) =>
        big is null && other.big is null && scale == other.scale ? value.CompareTo(other.value) : Exact().CompareTo(other.Exact());

    /// <inheritdoc/>
    public bool Equals(Quantity other) => CompareTo(other) == 0;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Quantity other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var (mantissa, exponent) = WithoutTens();
        return HashCode.Combine(mantissa, mantissa.IsZero ? 0 : exponent);
    }

    private static bool TryScaleUp(long number, int digits, out long result)
    {
        result = number;
        for (var i = 0; i < digits && result != 0; i++)
        {
            var next = unchecked(result * 10);
            if (next / 10 != result)
            {
                result = 0;
                return false;
            }

            result = next;
        }

        return true;
    }

    private static long ScaleDown(long number, int digits)
    {
        var rest = number;
        var lost = false;
        for (var i = 0; i < digits && rest != 0; i++)
        {
            lost |= rest % 10 != 0;
            rest /= 10;
        }

        return lost ? rest + Math.Sign(number) : rest;
    }

    private BigDecimal Exact() => big ?? (scale >= 0
        ? new BigDecimal(value * BigInteger.Pow(10, scale), 0)
        : new BigDecimal(value, -scale));

    private long Scaled(int wanted)
    {
        if (big is not null) return Scaled(big, -wanted);
        if (scale < wanted) return ScaleDown(value, wanted - scale);
        var digits = scale - wanted;
        if (digits is 1 or 2 or 3 or 6 or 9) return unchecked(value * (long)Math.Pow(10, digits));
        TryScaleUp(value, digits, out var result);
        return result;
    }

    /// <summary>As Kubernetes computes it: in 64 bits where it thinks that they suffice.</summary>
    private static long Scaled(BigDecimal number, int digits)
    {
        var low = unchecked((long)(ulong)(number.Unscaled & ulong.MaxValue));
        var drop = number.Scale - digits;
        if (drop <= 0) return unchecked(low * (long)Math.Pow(10, Math.Min(-drop, 18)));
        if (drop < 19 && number.Unscaled < long.MaxValue)
        {
            var divisor = (long)Math.Pow(10, drop);
            return (low / divisor) + (low % divisor != 0 ? 1 : 0);
        }

        var quotient = BigInteger.DivRem(number.Unscaled, BigInteger.Pow(10, drop), out var remainder);
        if (remainder.Sign < 0) quotient--;
        return unchecked((long)(ulong)(quotient & ulong.MaxValue) + (remainder.IsZero ? 0 : 1));
    }
}
