namespace Podkit.Ambassador.Filtering;

/// <summary>Comma-separated patterns; any of them matches anywhere, unless it is anchored.</summary>
internal sealed class PatternList
{
    private readonly Pattern[] _patterns;

    public PatternList(string option, string text)
    {
        try
        {
            _patterns = [.. text.Split(',').Select(p => new Pattern(p))];
        }
        catch (FormatException e)
        {
            throw new AmbassadorException($"{option}: {e.Message}");
        }
    }

    public bool Matches(string text)
    {
        foreach (var pattern in _patterns)
        {
            if (pattern.IsMatch(text)) return true;
        }

        return false;
    }
}
