using System.Text;

namespace Podkit.Node.Pods;

/// <summary>Makes a program and its arguments of the command line that replaces a container's command.</summary>
internal static class CommandLine
{
    private const string ShellOnly = "|&;<>()$`*?[]#~{}!\n";

    /// <summary>
    /// Words as a shell splits them, quotes included. A line that needs a shell for more than that runs in <c>/bin/sh</c>. A program named by a relative path with a
    /// slash is looked for below <paramref name="directory"/>, where the user is.
    /// </summary>
    /// <param name="line">The line.</param>
    /// <param name="directory">The user's directory.</param>
    /// <param name="arguments">Further arguments, each a word as it is.</param>
    /// <exception cref="FormatException">There is nothing in it, or a quote is open.</exception>
    public static IReadOnlyList<string> Parse(string line, string directory, IReadOnlyList<string>? arguments = null)
    {
        if (string.IsNullOrWhiteSpace(line)) throw new FormatException("the command line is empty");
        if (Split(line) is not { } words) return arguments is { Count: > 0 } ? ["/bin/sh", "-c", line + " \"$@\"", "sh", .. arguments] : ["/bin/sh", "-c", line];
        if (words[0].Contains('/', StringComparison.Ordinal)) words[0] = Path.GetFullPath(words[0], directory);
        return [.. words, .. arguments ?? []];
    }

    /// <summary>The words, or null when a shell is needed.</summary>
    private static List<string>? Split(string line)
    {
        var words = new List<string>();
        StringBuilder? word = null;
        char? quote = null;
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (quote is null && c is ' ' or '\t')
            {
                if (word is not null) words.Add(word.ToString());
                word = null;
                continue;
            }
            if (quote is null && ShellOnly.Contains(c, StringComparison.Ordinal)) return null;
            if (quote == '"' && c is '$' or '`') return null;
            word ??= new();
            if (quote == c) quote = null;
            else if (quote is null && c is '\'' or '"') quote = c;
            else if (c == '\\' && quote is null or '"' && i + 1 < line.Length && Escapes(line[i + 1], quote)) word.Append(line[++i]);
            else word.Append(c);
        }
        if (quote is not null) throw new FormatException($"the command line has an open quote: {line}");
        if (word is not null) words.Add(word.ToString());
        return words.Count > 0 && !words[0].Contains('=', StringComparison.Ordinal) ? words : null;
    }

    private static bool Escapes(char next, char? quote) => quote is null || next is '"' or '\\' or '$' or '`';
}
