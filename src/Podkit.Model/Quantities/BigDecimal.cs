using System.Numerics;

namespace Podkit.Model;

/// <summary>An unscaled number and the count of its digits behind the point: what a quantity holds when a long is too small.</summary>
internal sealed record BigDecimal(BigInteger Unscaled, int Scale)
{
    /// <summary>The same number with that many digits behind the point, rounded away from zero where digits are lost.</summary>
    public BigDecimal Round(int scale)
    {
        if (scale >= Scale) return new BigDecimal(Unscaled * BigInteger.Pow(10, scale - Scale), scale);
        var quotient = BigInteger.DivRem(Unscaled, BigInteger.Pow(10, Scale - scale), out var remainder);
        return new BigDecimal(remainder.IsZero ? quotient : quotient + Unscaled.Sign, scale);
    }

    public BigDecimal Add(BigDecimal other)
    {
        var scale = Math.Max(Scale, other.Scale);
        return new BigDecimal(Round(scale).Unscaled + other.Round(scale).Unscaled, scale);
    }

    public int CompareTo(BigDecimal other)
    {
        if (Unscaled.Sign != other.Unscaled.Sign) return Unscaled.Sign.CompareTo(other.Unscaled.Sign);
        var scale = Math.Max(Scale, other.Scale);
        return Round(scale).Unscaled.CompareTo(other.Round(scale).Unscaled);
    }
}
