using System.Globalization;
using System.Text.Json.Serialization;
using Podkit.Model.Json;

namespace Podkit.Model;

/// <summary>A number or a string, such as a port by number or by name, or a percentage.</summary>
[JsonConverter(typeof(IntOrStringConverter))]
public readonly struct IntOrString : IEquatable<IntOrString>
{
    private readonly int number;
    private readonly string? text;

    /// <summary>A number.</summary>
    public IntOrString(int value) => number = value;

    /// <summary>A string.</summary>
    public IntOrString(string value) => text = value;

    /// <summary>Whether it is a string.</summary>
    public bool IsString => text is not null;

    /// <summary>The number; 0 when it is a string.</summary>
    public int IntValue => number;

    /// <summary>The string; null when it is a number.</summary>
    public string? StringValue => text;

    /// <summary>A number.</summary>
    public static implicit operator IntOrString(int value) => new(value);

    /// <summary>A string.</summary>
    public static implicit operator IntOrString(string value) => new(value);

    /// <summary>Whether both are the same.</summary>
    public static bool operator ==(IntOrString left, IntOrString right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(IntOrString left, IntOrString right) => !left.Equals(right);

    /// <summary>A number; the same as the conversion.</summary>
    public static IntOrString FromInt32(int value) => new(value);

    /// <summary>A string; the same as the conversion.</summary>
    public static IntOrString FromString(string value) => new(value);

    /// <inheritdoc/>
    public bool Equals(IntOrString other) => number == other.number && text == other.text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is IntOrString other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(number, text);

    /// <summary>The number or the string as text.</summary>
    public override string ToString() => text ?? number.ToString(CultureInfo.InvariantCulture);
}
