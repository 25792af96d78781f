namespace Podkit.Model;

/// <summary>How a quantity writes its unit.</summary>
public enum QuantityFormat
{
    /// <summary>Decimal suffixes: <c>n u m k M G T P E</c>.</summary>
    DecimalSI,

    /// <summary>Powers of 1,024: <c>Ki Mi Gi Ti Pi Ei</c>.</summary>
    BinarySI,

    /// <summary>A decimal exponent, such as <c>12e6</c>.</summary>
    DecimalExponent,
}
