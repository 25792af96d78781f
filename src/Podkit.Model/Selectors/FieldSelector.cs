using System.Text;

namespace Podkit.Model.Selectors;

/// <summary>A field selector: conditions on an object's fields that must all be met.</summary>
public sealed class FieldSelector
{
    private FieldSelector(IReadOnlyList<FieldRequirement> requirements) => Requirements = requirements;

    /// <summary>Selects every object.</summary>
    public static FieldSelector Everything { get; } = new([]);

    /// <summary>The conditions, in the order given.</summary>
    public IReadOnlyList<FieldRequirement> Requirements { get; }

    /// <summary>Reads kubectl's notation, such as <c>metadata.name=a,status.phase!=Running</c>.</summary>
    /// <exception cref="FormatException">The text is no selector; the message is Kubernetes' own.</exception>
    public static FieldSelector Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var requirements = Terms(text).Where(t => t.Length > 0).Select(t => Term(t, text)).ToList();
        return requirements.Count == 0 ? Everything : new FieldSelector(requirements);
    }

    /// <summary>Whether the fields meet all conditions.</summary>
    /// <param name="field">Gives a field's value; a missing one is the empty string.</param>
    public bool Matches(Func<string, string> field)
    {
        ArgumentNullException.ThrowIfNull(field);
        foreach (var requirement in Requirements)
            if (field(requirement.Field) == requirement.Value == (requirement.Operator == SelectorOperator.NotEqual)) return false;
        return true;
    }

    /// <summary>The value that the selector demands of a field, or null when it demands none.</summary>
    public string? Exact(string field) => Requirements.FirstOrDefault(r => r.Field == field && r.Operator == SelectorOperator.Equal)?.Value;

    /// <summary>The selector in kubectl's notation.</summary>
    public override string ToString() => string.Join(',', Requirements);

    private static IEnumerable<string> Terms(string text)
    {
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\') i++;
            else if (text[i] == ',')
            {
                yield return text[start..i];
                start = i + 1;
            }
        }

        yield return text[start..];
    }

    private static FieldRequirement Term(string term, string selector)
    {
        for (var i = 0; i < term.Length; i++)
        {
            var (found, length) = term[i] == '!' && i + 1 < term.Length && term[i + 1] == '=' ? (SelectorOperator.NotEqual, 2)
                : term[i] != '=' ? (SelectorOperator.Exists, 0)
                : (SelectorOperator.Equal, i + 1 < term.Length && term[i + 1] == '=' ? 2 : 1);
            if (length > 0) return new FieldRequirement(term[..i], found, Unescape(term[(i + length)..]));
        }

        throw new FormatException($"invalid selector: '{selector}'; can't understand '{term}'");
    }

    private static string Unescape(string value)
    {
        if (!value.AsSpan().ContainsAny("\\,=")) return value;
        var text = new StringBuilder(value.Length);
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            if (c is ',' or '=') throw new FormatException($"invalid field selector: unescaped character in value: {(int)c}");
            if (c == '\\')
            {
                if (++i == value.Length) throw new FormatException("invalid field selector: invalid escape sequence: \\");
                if (value[i] is not ('\\' or ',' or '=')) throw new FormatException($"invalid field selector: invalid escape sequence: \\{value[i]}");
                c = value[i];
            }

            text.Append(c);
        }

        return text.ToString();
    }
}
