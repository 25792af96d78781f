using System.Globalization;
using Podkit.Model;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Validation;

/// <summary>The checks that many kinds share, each adding what is wrong to a list of errors.</summary>
internal static class FieldChecks
{
    private const string PortRange = "must be between 1 and 65535, inclusive";

    /// <summary>Adds an Invalid error for every sentence of a name rule.</summary>
    public static void Names(IReadOnlyList<string> sentences, string value, FieldPath path, List<FieldError> errors)
    {
        foreach (var sentence in sentences) errors.Add(FieldError.Invalid(path, value, sentence));
    }

    public static void DnsLabel(string value, FieldPath path, List<FieldError> errors) => Names(Model.Names.IsDns1123Label(value), value, path, errors);

    public static void DnsSubdomain(string value, FieldPath path, List<FieldError> errors) => Names(Model.Names.IsDns1123Subdomain(value), value, path, errors);

    public static void QualifiedName(string value, FieldPath path, List<FieldError> errors) => Names(Model.Names.IsQualifiedName(value), value, path, errors);

    public static void NonNegative(long? value, FieldPath path, List<FieldError> errors)
    {
        if (value < 0) errors.Add(FieldError.Invalid(path, value, "must be greater than or equal to 0"));
    }

    /// <summary>The value is set and one of those allowed; a missing or empty one is <c>Required</c> unless <paramref name="optional"/>.</summary>
    public static void OneOf(string? value, FieldPath path, List<FieldError> errors, bool optional, params IReadOnlyList<string> supported)
    {
        if (string.IsNullOrEmpty(value))
        {
            if (!optional) errors.Add(FieldError.Required(path, ""));
        }
        else if (!supported.Contains(value))
        {
            errors.Add(FieldError.NotSupportedInOrder(path, value, supported));
        }
    }

    public static void Port(long port, FieldPath path, List<FieldError> errors)
    {
        if (port is < 1 or > 65535) errors.Add(FieldError.Invalid(path, port, PortRange));
    }

    /// <summary>A port by number or by name.</summary>
    public static void PortOrName(IntOrString port, FieldPath path, List<FieldError> errors)
    {
        if (port.StringValue is { } name) Names(PortName(name), name, path, errors);
        else Port(port.IntValue, path, errors);
    }

    /// <summary>What is wrong with the name of a port.</summary>
    public static IReadOnlyList<string> PortName(string name)
    {
        var problems = new List<string>();
        if (name.Length > 15) problems.Add("must be no more than 15 characters");
        if (name.Length == 0 || name.Any(c => !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-')) problems.Add("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
        if (!name.Any(char.IsAsciiLetterLower)) problems.Add("must contain at least one letter (a-z)");
        if (name.Contains("--", StringComparison.Ordinal)) problems.Add("must not contain consecutive hyphens");
        if (name.StartsWith('-') || name.EndsWith('-')) problems.Add("must not begin or end with a hyphen");
        return problems;
    }

    /// <summary>Every key and value is right for a label.</summary>
    public static void Labels(IReadOnlyDictionary<string, string>? labels, FieldPath path, List<FieldError> errors)
    {
        foreach (var (key, value) in labels ?? new Dictionary<string, string>())
        {
            QualifiedName(key, path, errors);
            Names(Model.Names.IsLabelValue(value), value, path, errors);
        }
    }

    /// <summary>A number of seconds, users and the like that lies between two bounds.</summary>
    public static void Range(long value, long minimum, long maximum, FieldPath path, List<FieldError> errors)
    {
        if (value < minimum || value > maximum)
            errors.Add(FieldError.Invalid(path, value, string.Create(CultureInfo.InvariantCulture, $"must be between {minimum} and {maximum}, inclusive")));
    }
}
