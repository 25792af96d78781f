using System.Globalization;
using System.Text;

namespace Podkit.ApiServer.Validation;

/// <summary>A unified diff without file names, with three lines of context.</summary>
internal static class UnifiedDiff
{
    private const int Context = 3;

    /// <summary>The difference from one text to another; empty when they are the same.</summary>
    public static string Between(IReadOnlyList<string> old, IReadOnlyList<string> changed)
    {
        var text = new StringBuilder();
        foreach (var hunk in Hunks(new LineMatcher(old, changed).Stretches()))
        {
            var (first, last) = (hunk[0], hunk[^1]);
            text.Append("@@ -").Append(Range(first.AStart, last.AEnd)).Append(" +").Append(Range(first.BStart, last.BEnd)).Append(" @@\n");
            foreach (var stretch in hunk) Append(text, stretch, old, changed);
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, LineMatcher.Stretch stretch, IReadOnlyList<string> old, IReadOnlyList<string> changed)
    {
        for (var i = stretch.AStart; i < stretch.AEnd; i++) text.Append(stretch.Equal ? ' ' : '-').Append(old[i]).Append('\n');
        if (stretch.Equal) return;
        for (var j = stretch.BStart; j < stretch.BEnd; j++) text.Append('+').Append(changed[j]).Append('\n');
    }

    /// <summary>Groups of changes that lie near each other, with what is equal around them.</summary>
    private static List<List<LineMatcher.Stretch>> Hunks(List<LineMatcher.Stretch> stretches)
    {
        var hunks = new List<List<LineMatcher.Stretch>>();
        if (stretches.Count == 0) return hunks;
        if (stretches[0] is { Equal: true } first)
            stretches[0] = first with { AStart = Math.Max(first.AStart, first.AEnd - Context), BStart = Math.Max(first.BStart, first.BEnd - Context) };
        if (stretches[^1] is { Equal: true } last)
            stretches[^1] = last with { AEnd = Math.Min(last.AEnd, last.AStart + Context), BEnd = Math.Min(last.BEnd, last.BStart + Context) };
        var hunk = new List<LineMatcher.Stretch>();
        foreach (var stretch in stretches)
        {
            var current = stretch;
            if (stretch.Equal && stretch.AEnd - stretch.AStart > 2 * Context)
            {
                hunk.Add(stretch with { AEnd = stretch.AStart + Context, BEnd = stretch.BStart + Context });
                hunks.Add(hunk);
                hunk = [];
                current = stretch with { AStart = stretch.AEnd - Context, BStart = stretch.BEnd - Context };
            }

            hunk.Add(current);
        }

        if (hunk.Count > 1 || (hunk.Count == 1 && !hunk[0].Equal)) hunks.Add(hunk);
        return hunks;
    }

    private static string Range(int start, int end) => (end - start) switch
    {
        1 => (start + 1).ToString(CultureInfo.InvariantCulture),
        0 => string.Create(CultureInfo.InvariantCulture, $"{start},0"),
        var length => string.Create(CultureInfo.InvariantCulture, $"{start + 1},{length}"),
    };
}
