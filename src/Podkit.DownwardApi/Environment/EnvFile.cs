namespace Podkit.DownwardApi;

/// <summary>
/// The files that <c>fileKeyRef</c> reads, in the form of Kubernetes 1.34: a line <c>NAME=value</c> each, blank lines and lines that
/// begin with <c>#</c> aside; a backslash at the end of a line continues it, with a blank between.
/// </summary>
internal static class EnvFile
{
    private static readonly char[] Blanks = [' ', '\t'];

    /// <summary>The value of a key, the empty string when it is not there; false when the file is malformed before it.</summary>
    public static bool TryFind(string text, string key, out string value)
    {
        value = "";
        string? begun = null;
        foreach (var range in text.AsSpan().Split('\n'))
        {
            var line = text[range].TrimEnd('\r').Trim(Blanks);
            if (line.Length == 0 || line[0] == '#')
            {
                if (begun is not null)
                    return false;
                continue;
            }
            var isContinued = line[^1] == '\\';
            var part = isContinued ? line[..^1].TrimEnd(Blanks) : line;
            var whole = begun is null ? part : begun + " " + part;
            begun = isContinued ? whole : null;
            if (isContinued)
                continue;
            var equals = whole.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? "" : whole[..equals].Trim();
            if (name.Length == 0)
                return false;
            if (name == key)
            {
                value = whole[(equals + 1)..].Trim();
                return true;
            }
        }
        return begun is null;
    }
}
