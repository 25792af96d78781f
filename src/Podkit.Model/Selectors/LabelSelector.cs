namespace Podkit.Model.Selectors;

/// <summary>A label selector: conditions that must all be met. Sorted by key, as Kubernetes sorts it.</summary>
public sealed class LabelSelector
{
    private LabelSelector(IReadOnlyList<LabelRequirement> requirements, bool nothing = false)
    {
        Requirements = requirements;
        IsNothing = nothing;
    }

    /// <summary>Selects every object.</summary>
    public static LabelSelector Everything { get; } = new([]);

    /// <summary>Selects no object.</summary>
    public static LabelSelector Nothing { get; } = new([], nothing: true);

    /// <summary>The conditions.</summary>
    public IReadOnlyList<LabelRequirement> Requirements { get; }

    /// <summary>Whether every object is selected.</summary>
    public bool IsEverything => !IsNothing && Requirements.Count == 0;

    private bool IsNothing { get; }

    /// <summary>Reads kubectl's notation, such as <c>app=web,tier in (a,b),!old</c>.</summary>
    /// <exception cref="FormatException">The text is no selector; the message is Kubernetes' own.</exception>
    public static LabelSelector Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new LabelSelector([.. new LabelSelectorParser(text).Parse().OrderBy(r => r.Key, StringComparer.Ordinal)]);
    }

    /// <summary>The selector of an API object's <c>selector</c> field: null selects nothing, an empty one everything.</summary>
    /// <exception cref="FormatException">A condition is malformed.</exception>
    public static LabelSelector FromLabelSelector(Meta.V1.LabelSelector? selector)
    {
        if (selector is null) return Nothing;
        var requirements = (selector.MatchLabels ?? []).Select(l => new LabelRequirement(l.Key, SelectorOperator.Equal, [l.Value]))
            .Concat((selector.MatchExpressions ?? []).Select(e => new LabelRequirement(e.Key, Operator(e.Operator), [.. (e.Values ?? []).Distinct().Order(StringComparer.Ordinal)])))
            .OrderBy(r => r.Key, StringComparer.Ordinal).ToList();
        foreach (var requirement in requirements)
            if (requirement.Validate() is { } error) throw new FormatException(error);
        return new LabelSelector(requirements);
    }

    /// <summary>Whether the labels meet all conditions; null counts as no labels.</summary>
    public bool Matches(IReadOnlyDictionary<string, string>? labels)
    {
        if (IsNothing) return false;
        labels ??= System.Collections.ObjectModel.ReadOnlyDictionary<string, string>.Empty;
        foreach (var requirement in Requirements)
            if (!requirement.Matches(labels)) return false;
        return true;
    }

    /// <summary>The selector in kubectl's notation.</summary>
    public override string ToString() => string.Join(',', Requirements);

    private static SelectorOperator Operator(string text) => text switch
    {
        "In" => SelectorOperator.In,
        "NotIn" => SelectorOperator.NotIn,
        "Exists" => SelectorOperator.Exists,
        "DoesNotExist" => SelectorOperator.DoesNotExist,
        _ => throw new FormatException($"\"{text}\" is not a valid label selector operator"),
    };
}
