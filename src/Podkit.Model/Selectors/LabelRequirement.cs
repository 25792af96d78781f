using System.Globalization;
using Podkit.Model.Validation;

namespace Podkit.Model.Selectors;

/// <summary>One condition of a label selector.</summary>
/// <param name="Key">The label's key.</param>
/// <param name="Operator">How the label's value is compared.</param>
/// <param name="Values">What it is compared to, sorted and without duplicates.</param>
public sealed record LabelRequirement(string Key, SelectorOperator Operator, IReadOnlyList<string> Values)
{
    /// <summary>Whether the labels meet the condition.</summary>
    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var has = labels.TryGetValue(Key, out var value);
        return Operator switch
        {
            SelectorOperator.Exists => has,
            SelectorOperator.DoesNotExist => !has,
            SelectorOperator.NotEqual or SelectorOperator.NotIn => !has || !Values.Contains(value!, StringComparer.Ordinal),
            SelectorOperator.GreaterThan => has && TryNumber(value!, out var n) && TryNumber(Values[0], out var limit) && n > limit,
            SelectorOperator.LessThan => has && TryNumber(value!, out var n) && TryNumber(Values[0], out var limit) && n < limit,
            _ => has && Values.Contains(value!, StringComparer.Ordinal),
        };
    }

    /// <summary>The condition in kubectl's notation.</summary>
    public override string ToString() => Operator switch
    {
        SelectorOperator.Exists => Key,
        SelectorOperator.DoesNotExist => "!" + Key,
        SelectorOperator.In => $"{Key} in ({string.Join(',', Values)})",
        SelectorOperator.NotIn => $"{Key} notin ({string.Join(',', Values)})",
        SelectorOperator.Equal => $"{Key}={Values[0]}",
        SelectorOperator.DoubleEqual => $"{Key}=={Values[0]}",
        SelectorOperator.NotEqual => $"{Key}!={Values[0]}",
        SelectorOperator.GreaterThan => $"{Key}>{Values[0]}",
        _ => $"{Key}<{Values[0]}",
    };

    /// <summary>What is wrong with the condition, worded as Kubernetes words it; null when nothing is.</summary>
    internal string? Validate()
    {
        var errors = new List<string>();
        if (Names.IsQualifiedName(Key) is { Count: > 0 } key) errors.Add(FieldError.Invalid(FieldPath.Root("key"), Key, string.Join("; ", key)).ToString());
        if (Operator is SelectorOperator.GreaterThan or SelectorOperator.LessThan && !TryNumber(Values[0], out _))
            errors.Add(FieldError.Invalid(FieldPath.Root("values").Index(0), Values[0], "for 'Gt', 'Lt' operators, the value must be an integer").ToString());
        for (var i = 0; i < Values.Count; i++)
            if (Names.IsLabelValue(Values[i]) is { Count: > 0 } value)
                errors.Add(FieldError.Invalid(FieldPath.Root("values").Index(i).Key(Key), Values[i], string.Join("; ", value)).ToString());
        return errors.Count switch { 0 => null, 1 => errors[0], _ => $"[{string.Join(", ", errors)}]" };
    }

    private static bool TryNumber(string text, out long number) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
}
