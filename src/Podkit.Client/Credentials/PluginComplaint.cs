using System.Text;
using System.Text.RegularExpressions;
using Podkit.Client.Errors;

namespace Podkit.Client.Credentials;

/// <summary>What a credential plugin wrote to its standard error, fit for an exception: the last lines, short, without what looks like a credential.</summary>
internal static partial class PluginComplaint
{
    private const int MaximumKept = 4 * 1024;
    private const int MaximumLines = 3;
    private const int MaximumLine = 200;

    /// <summary>The end of what is written; all of it is read, so that the plugin need not wait.</summary>
    public static async Task<string> ReadAsync(TextReader reader)
    {
        var text = new StringBuilder();
        var buffer = new char[1024];
        var cut = false;
        int read;
        while ((read = await reader.ReadAsync(buffer).ConfigureAwait(false)) > 0)
        {
            text.Append(buffer, 0, read);
            if (text.Length <= MaximumKept) continue;
            text.Remove(0, text.Length - MaximumKept);
            cut = true;
        }

        var kept = text.ToString();

        // Of the first line only the end is there: what that is, nobody can tell.
        if (cut) kept = kept.IndexOf('\n', StringComparison.Ordinal) is var end and >= 0 ? kept[(end + 1)..] : "";
        return Clean(kept);
    }

    /// <summary>Redacts first and cuts then: of a credential that is cut, nobody sees any more that it is one.</summary>
    internal static string Clean(string text)
    {
        try
        {
            text = Redact(text);
        }
        catch (RegexMatchTimeoutException)
        {
            // Of what could not be looked at in time, nothing is told.
            return "";
        }

        var lines = text.Split('\n').Select(Line).Where(line => line.Length > 0).ToList();
        return string.Join("; ", lines.TakeLast(MaximumLines));
    }

    private static string Redact(string text)
    {
        text = EscapeSequences().Replace(text, "");
        text = PemBlocks().Replace(text, Redaction.Mark);
        text = JsonValues().Replace(text, $"$1\"{Redaction.Mark}\"");
        text = QuotedJsonValues().Replace(text, $"$1\\\"{Redaction.Mark}\\\"");
        text = Queries().Replace(text, $"$1?{Redaction.Mark}");
        text = Users().Replace(text, $"://{Redaction.Mark}@");
        text = Headers().Replace(text, $"$1 {Redaction.Mark}");
        text = Assignments().Replace(text, $"$1{Redaction.Mark}");
        return Words().Replace(text, static word => IsCredential(word.ValueSpan) ? Redaction.Mark : word.Value);
    }

    private static string Line(string line)
    {
        line = string.Concat(line.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
        return line.Length > MaximumLine ? line[..MaximumLine] + "..." : line;
    }

    /// <summary>Whether a long word is rather random than written by a person: names and paths have short parts, or only letters.</summary>
    private static bool IsCredential(ReadOnlySpan<char> word)
    {
        if (word.StartsWith("eyJ")) return true;
        var slash = word.Contains('/');
        if (slash && !word.StartsWith("/") && !word.Contains('.') && !word.Contains(':') && word.ContainsAnyInRange('0', '9') && word.ContainsAnyInRange('A', 'Z') && word.ContainsAnyInRange('a', 'z')) return true;
        foreach (var range in word.SplitAny('/', '.', ':'))
        {
            var part = word[range];
            if (part.Length >= 20 && part.ContainsAnyInRange('0', '9')) return true;
            if (part.Length >= 32 && part.ContainsAnyInRange('A', 'Z')) return true;
        }

        return false;
    }

    [GeneratedRegex("\\x1b\\[[0-9;?]*[A-Za-z]", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex EscapeSequences();

    [GeneratedRegex("-----BEGIN [A-Z0-9 ]+-----.*?(?:-----END [A-Z0-9 ]+-----|\\z)", RegexOptions.CultureInvariant | RegexOptions.Singleline, 1000)]
    private static partial Regex PemBlocks();

    /// <summary>String values of telling keys, also without an end.</summary>
    [GeneratedRegex(
        """("[^"\\\n]*(?:token|secret|passw|key|credential|assertion|certificate|cookie|(?:device|user|auth|authorization)_?code)[^"\\\n]*"\s*:\s*)"(?:[^"\\]|\\.)*(?:"|\\?\z)""",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.Singleline, 1000)]
    private static partial Regex JsonValues();

    /// <summary>The same in JSON that is the value of a string.</summary>
    [GeneratedRegex(
        """(\\"[^"\\\n]*(?:token|secret|passw|key|credential|assertion|certificate|cookie|(?:device|user|auth|authorization)_?code)[^"\\\n]*\\"\s*:\s*)\\".*?(?:(?<!\\)\\"|\z)""",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.Singleline, 1000)]
    private static partial Regex QuotedJsonValues();

    [GeneratedRegex("""(https?://[^\s?"']+)\?[^\s"']+""", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Queries();

    [GeneratedRegex("""://[^/@\s]+@""", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Users();

    [GeneratedRegex("""\b(bearer|basic)\s+(?=\S*\d|\S{16})\S+""", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Headers();

    [GeneratedRegex(
        """([\w-]*(?:token|secret|passw(?:or)?d|api[_-]?key|access[_-]?key)[\w-]*(?:\s*=\s*["']?|\s*:\s+["']?(?=\S*\d|\S{16})|\s+["']?(?=\S*\d\S*[A-Za-z]|\S*[A-Za-z]\S*\d)))[^\s"'<]+""",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Assignments();

    [GeneratedRegex("""[A-Za-z0-9+/_=.:~%-]{20,}""", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Words();
}
