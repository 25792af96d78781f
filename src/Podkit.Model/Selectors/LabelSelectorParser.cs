namespace Podkit.Model.Selectors;

/// <summary>Reads label selectors token by token, with the errors of k8s.io/apimachinery's parser.</summary>
internal sealed class LabelSelectorParser
{
    private const string Special = "()!,=<>";
    private static readonly HashSet<string> Operators = new(StringComparer.Ordinal) { "(", ")", ",", "!", "=", "==", "!=", "<", ">" };
    private readonly List<string> tokens = [];
    private int next;

    public LabelSelectorParser(string text)
    {
        var at = 0;
        while (at < text.Length)
        {
            if (char.IsWhiteSpace(text[at])) at++;
            else tokens.Add(Special.Contains(text[at], StringComparison.Ordinal) ? Symbol(text, ref at) : Word(text, ref at));
        }
    }

    private string Current => next < tokens.Count ? tokens[next] : "";

    private bool AtEnd => next >= tokens.Count;

    public List<LabelRequirement> Parse()
    {
        var requirements = new List<LabelRequirement>();
        while (!AtEnd)
        {
            if (!IsWord(Current) && Current != "!") throw new FormatException($"found '{Current}', expected: !, identifier, or 'end of string'");
            requirements.Add(Requirement());
            if (AtEnd) break;
            var separator = Take();
            if (separator != ",") throw new FormatException($"found '{separator}', expected: ',' or 'end of string'");
            if (!IsWord(Current) && Current != "!") throw new FormatException($"found '{Current}', expected: identifier after ','");
        }

        return requirements;
    }

    private static string Symbol(string text, ref int at)
    {
        var length = at + 1 < text.Length && Operators.Contains(text.Substring(at, 2)) ? 2 : 1;
        var symbol = text.Substring(at, length);
        at += length;
        return symbol;
    }

    private static string Word(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && !char.IsWhiteSpace(text[at]) && !Special.Contains(text[at], StringComparison.Ordinal)) at++;
        return text[start..at];
    }

    private static bool IsWord(string token) => token.Length > 0 && !Operators.Contains(token);

    private static FormatException Unable(string reason) => new("unable to parse requirement: " + reason);

    private string Take() => AtEnd ? "" : tokens[next++];

    private LabelRequirement Requirement()
    {
        var negated = Current == "!";
        if (negated) next++;
        var key = Take();
        if (!IsWord(key)) throw Unable($"found '{key}', expected: identifier");
        if (Names.IsQualifiedName(key) is { Count: > 0 } errors) throw Unable($"<nil>: Invalid value: \"{key}\": {string.Join("; ", errors)}");
        if (negated) return new LabelRequirement(key, SelectorOperator.DoesNotExist, []);
        if (AtEnd || Current == ",") return new LabelRequirement(key, SelectorOperator.Exists, []);
        var requirement = Comparison(key, Take());
        return requirement.Validate() is { } error ? throw Unable(error) : requirement;
    }

    private LabelRequirement Comparison(string key, string symbol) => symbol switch
    {
        "=" => new(key, SelectorOperator.Equal, [Exact()]),
        "==" => new(key, SelectorOperator.DoubleEqual, [Exact()]),
        "!=" => new(key, SelectorOperator.NotEqual, [Exact()]),
        ">" => new(key, SelectorOperator.GreaterThan, [Exact()]),
        "<" => new(key, SelectorOperator.LessThan, [Exact()]),
        "in" => new(key, SelectorOperator.In, Set()),
        "notin" => new(key, SelectorOperator.NotIn, Set()),
        _ => throw Unable($"found '{symbol}', expected: in, notin, =, ==, !=, gt, lt"),
    };

    private string Exact()
    {
        if (AtEnd || Current == ",") return "";
        var value = Take();
        return IsWord(value) ? value : throw Unable($"found '{value}', expected: identifier");
    }

    private List<string> Set()
    {
        var open = Take();
        if (open != "(") throw Unable($"found '{open}' expected: '('");
        var values = new SortedSet<string>(StringComparer.Ordinal);
        var afterComma = true;
        while (Current != ")")
        {
            var token = Take();
            if (token == ",")
            {
                if (afterComma) values.Add("");
                afterComma = true;
            }
            else if (IsWord(token) && afterComma)
            {
                values.Add(token);
                afterComma = false;
            }
            else throw Unable(afterComma ? $"found '{token}', expected: ',', ')' or identifier" : $"found '{token}', expected: ',' or ')'");
        }

        next++;
        if (afterComma) values.Add("");
        return [.. values];
    }
}
