using System.Text;

namespace Podkit.DownwardApi;

/// <summary>
/// References to variables in values, commands and arguments: <c>$(NAME)</c> is replaced, <c>$$</c> is a <c>$</c>, and a reference
/// to nothing stays as it is. One pass: what a variable holds is not expanded again.
/// </summary>
public static class Expansion
{
    /// <summary>Replaces the references in a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="variables">The variables.</param>
    public static string Expand(string text, IReadOnlyDictionary<string, string> variables) =>
        text.Contains('$', StringComparison.Ordinal) ? Expand(text, name => variables.TryGetValue(name, out var value) ? value : null) : text;

    /// <summary>Replaces the references in a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="valueOf">The value of a variable; null when there is none of that name.</param>
    public static string Expand(string text, Func<string, string?> valueOf)
    {
        var at = text.IndexOf('$', StringComparison.Ordinal);
        if (at < 0)
            return text;
        var result = new StringBuilder(text.Length);
        var copied = 0;
        while (at >= 0 && at + 1 < text.Length)
        {
            result.Append(text, copied, at - copied);
            copied = at + Replace(text, at, valueOf, result);
            at = copied < text.Length ? text.IndexOf('$', copied) : -1;
        }
        return result.Append(text, copied, text.Length - copied).ToString();
    }

    /// <summary>
    /// Expands a mount's <c>subPathExpr</c>, where, unlike elsewhere, a variable that is missing or empty is an error.
    /// </summary>
    /// <param name="expression">The expression.</param>
    /// <param name="variables">The container's environment.</param>
    /// <param name="path">The path.</param>
    /// <param name="error">Kubernetes' sentence when a variable is missing, else the empty string.</param>
    public static bool TryExpandSubPath(string expression, IReadOnlyDictionary<string, string> variables, out string path, out string error)
    {
        var missing = new SortedSet<string>(ByteOrder.Instance);
        path = Expand(expression, name =>
        {
            var value = variables.GetValueOrDefault(name, "");
            if (value.Length == 0)
                missing.Add(name);
            return value;
        });
        error = missing.Count == 0 ? "" : "missing value for " + string.Join(", ", missing);
        return missing.Count == 0;
    }

    /// <summary>Appends what stands for the <c>$</c> at a place and what belongs to it; says how many characters that were.</summary>
    private static int Replace(string text, int at, Func<string, string?> valueOf, StringBuilder result)
    {
        if (text[at + 1] == '$')
        {
            result.Append('$');
            return 2;
        }
        var end = text[at + 1] == '(' ? text.IndexOf(')', at + 2) : -1;
        if (end < 0)
        {
            result.Append('$').Append(text[at + 1]);
            return 2;
        }
        var name = text[(at + 2)..end];
        if (valueOf(name) is { } value)
            result.Append(value);
        else
            result.Append(text, at, end + 1 - at);
        return end + 1 - at;
    }
}
