using System.Text.Json.Serialization;
using Podkit.Model.Json;

namespace Podkit.Model;

/// <summary>A Kubernetes quantity: an exact number with a unit, such as <c>500m</c> or <c>128Mi</c>.</summary>
[JsonConverter(typeof(QuantityConverter))]
public readonly partial struct Quantity : IEquatable<Quantity>, IComparable<Quantity>
{
    /// <summary>Reads a quantity, or throws <see cref="FormatException"/> with Kubernetes' sentence.</summary>
    public static Quantity Parse(string text) => throw new NotSupportedException();

    /// <summary>Reads a quantity.</summary>
    public static bool TryParse(string? text, out Quantity quantity) => throw new NotSupportedException();

    /// <summary>The number, rounded up to a whole one.</summary>
    public long Value => throw new NotSupportedException();

    /// <summary>The number times 1,000, rounded up to a whole one.</summary>
    public long MilliValue => throw new NotSupportedException();

    /// <summary>-1, 0 or 1.</summary>
    public int Sign => throw new NotSupportedException();

    /// <summary>The sum.</summary>
    public Quantity Add(Quantity other) => throw new NotSupportedException();

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

    /// <inheritdoc/>
    public int CompareTo(Quantity other) => throw new NotSupportedException();

    /// <inheritdoc/>
    public bool Equals(Quantity other) => CompareTo(other) == 0;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Quantity other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => throw new NotSupportedException();

    /// <summary>The canonical string, such as <c>1500m</c> or <c>1Gi</c>.</summary>
    public override string ToString() => throw new NotSupportedException();
}
