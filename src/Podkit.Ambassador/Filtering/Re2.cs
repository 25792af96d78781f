using System.Text;

namespace Podkit.Ambassador.Filtering;

/// <summary>Rewrites a pattern of RE2's syntax to .NET's where the two differ.</summary>
internal static class Re2
{
    private static readonly Dictionary<string, string> Posix = new(StringComparer.Ordinal)
    {
        ["alnum"] = "0-9A-Za-z",
        ["alpha"] = "A-Za-z",
        ["ascii"] = @"\x00-\x7F",
        ["blank"] = @"\t ",
        ["cntrl"] = @"\x00-\x1F\x7F",
        ["digit"] = "0-9",
        ["graph"] = "!-~",
        ["lower"] = "a-z",
        ["print"] = " -~",
        ["punct"] = @"!-/:-@\[-`{-~",
        ["space"] = @"\t\n\v\f\r ",
        ["upper"] = "A-Z",
        ["word"] = "0-9A-Za-z_",
        ["xdigit"] = "0-9A-Fa-f",
    };

    public static string ToDotNet(string pattern)
    {
        var result = new StringBuilder();
        var inClass = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            var c = pattern[i];
            if (c == '\\') i = Escape(pattern, i, inClass, result);
            else if (inClass) (i, inClass) = InClass(pattern, i, result);
            else if (c == '[')
            {
                inClass = true;
                i = OpenClass(pattern, i, result);
            }
            else if (c == '(' && Follows(pattern, i, "(?P<"))
            {
                result.Append("(?<");
                i += 3;
            }
            else if (c == '(' && Follows(pattern, i, "(?") && i + 2 < pattern.Length && pattern[i + 2] is '=' or '!' or '>' or '#' or '(') throw new ArgumentException("look-around, atomic and conditional groups are not supported");
            else if (c == '$') result.Append(@"\z");
            else result.Append(c);
        }

        return result.ToString();
    }

    private static int OpenClass(string pattern, int i, StringBuilder result)
    {
        result.Append('[');
        if (Follows(pattern, i + 1, "^")) result.Append(pattern[++i]);
        if (!Follows(pattern, i + 1, "]")) return i;

        // A bracket that comes first is a member of the class.
        result.Append(@"\]");
        return i + 1;
    }

    private static (int At, bool StillInClass) InClass(string pattern, int i, StringBuilder result)
    {
        if (pattern[i] == ']')
        {
            result.Append(']');
            return (i, false);
        }

        if (pattern[i] != '[')
        {
            result.Append(pattern[i]);
            return (i, true);
        }

        // .NET would subtract a class here; RE2 knows [:name:] and else a plain bracket.
        var end = Follows(pattern, i, "[:") ? pattern.IndexOf(":]", i, StringComparison.Ordinal) : -1;
        if (end < 0)
        {
            result.Append(@"\[");
            return (i, true);
        }

        var name = pattern[(i + 2)..end];
        if (!Posix.TryGetValue(name, out var members)) throw new ArgumentException($"[:{name}:] is not a class");
        result.Append(members);
        return (end + 1, true);
    }

    private static int Escape(string pattern, int i, bool inClass, StringBuilder result)
    {
        if (i + 1 >= pattern.Length) throw new ArgumentException("the pattern ends with a backslash");
        switch (pattern[i + 1])
        {
            case 'd':
                result.Append(inClass ? "0-9" : "[0-9]");
                return i + 1;
            case 'w':
                result.Append(inClass ? "0-9A-Za-z_" : "[0-9A-Za-z_]");
                return i + 1;
            case 's':
                result.Append(inClass ? @"\t\n\f\r " : @"[\t\n\f\r ]");
                return i + 1;
            case 'D' when !inClass:
                result.Append("[^0-9]");
                return i + 1;
            case 'W' when !inClass:
                result.Append("[^0-9A-Za-z_]");
                return i + 1;
            case 'S' when !inClass:
                result.Append(@"[^\t\n\f\r ]");
                return i + 1;
            case 'Q' when !inClass:
                var end = pattern.IndexOf(@"\E", i + 2, StringComparison.Ordinal);
                result.Append(System.Text.RegularExpressions.Regex.Escape(end < 0 ? pattern[(i + 2)..] : pattern[(i + 2)..end]));
                return end < 0 ? pattern.Length : end + 1;
            case >= '1' and <= '9' or 'k' or 'G' or 'Z':
                throw new ArgumentException($"\\{pattern[i + 1]} is not supported");
            default:
                result.Append(pattern, i, 2);
                return i + 1;
        }
    }

    private static bool Follows(string pattern, int at, string text) => string.CompareOrdinal(pattern, at, text, 0, text.Length) == 0;
}
