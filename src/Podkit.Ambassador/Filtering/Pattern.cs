using System.Text.RegularExpressions;

namespace Podkit.Ambassador.Filtering;

/// <summary>
/// One pattern. Anchored literals with <c>.*</c> between them, which is what the default patterns are, need no regular expression engine: that
/// saves its start-up time. All others run without backtracking, as RE2 does, so that no input takes more than linear time.
/// </summary>
internal sealed class Pattern
{
    private readonly string[]? _literals;
    private readonly bool _anchoredEnd;
    private readonly Regex? _regex;

    public Pattern(string text)
    {
        if (TrySplit(text, out var literals, out _anchoredEnd))
        {
            _literals = literals;
            return;
        }

        try
        {
            _regex = new Regex(Re2.ToDotNet(text), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new FormatException($"\"{text}\" is not a regular expression (RE2): {e.Message}");
        }
    }

    public bool IsMatch(string text) => _literals is null ? _regex!.IsMatch(text) : IsSequence(text);

    private bool IsSequence(string text)
    {
        if (!text.StartsWith(_literals![0], StringComparison.Ordinal)) return false;
        var at = _literals[0].Length;
        if (_literals.Length == 1) return !_anchoredEnd || at == text.Length;
        for (var i = 1; i < _literals.Length - 1; i++)
        {
            var found = text.IndexOf(_literals[i], at, StringComparison.Ordinal);
            if (found < 0) return false;
            at = found + _literals[i].Length;
        }

        var last = _literals[^1];
        return _anchoredEnd ? text.Length - last.Length >= at && text.EndsWith(last, StringComparison.Ordinal) : text.IndexOf(last, at, StringComparison.Ordinal) >= 0;
    }

    /// <summary>Understands <c>^</c>, literals (with escaped punctuation), <c>.*</c> and a last <c>$</c>.</summary>
    private static bool TrySplit(string text, out string[] literals, out bool anchoredEnd)
    {
        (literals, anchoredEnd) = ([], false);
        if (!text.StartsWith('^')) return false;
        var parts = new List<string>();
        var current = new System.Text.StringBuilder();
        for (var i = 1; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '.' && i + 1 < text.Length && text[i + 1] == '*' && !(i + 2 < text.Length && text[i + 2] is '?' or '*' or '+' or '{'))
            {
                parts.Add(current.ToString());
                current.Clear();
                i++;
            }
            else if (c == '$' && i == text.Length - 1) anchoredEnd = true;
            else if (c == '\\' && i + 1 < text.Length && char.IsPunctuation(text[i + 1])) current.Append(text[++i]);
            else if (char.IsAsciiLetterOrDigit(c) || c is '/' or '-' or '_' or ':' or ',' or '~' or '@' or '=' or '&' or '%')
            {
                if (i + 1 < text.Length && text[i + 1] is '?' or '*' or '+' or '{') return false;
                current.Append(c);
            }
            else return false;
        }

        parts.Add(current.ToString());
        literals = [.. parts];
        return true;
    }
}
