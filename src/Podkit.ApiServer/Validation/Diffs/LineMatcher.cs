namespace Podkit.ApiServer.Validation;

/// <summary>
/// Finds what two texts have in common, line by line, by Ratcliff and Obershelp's method as Python's difflib and its Go port do it:
/// the longest common block first, then left and right of it. In long texts, lines that are everywhere do not start a block.
/// </summary>
internal sealed class LineMatcher
{
    private const int LongText = 200;
    private readonly IReadOnlyList<string> a;
    private readonly IReadOnlyList<string> b;
    private readonly Dictionary<string, List<int>> places = new(StringComparer.Ordinal);

    public LineMatcher(IReadOnlyList<string> a, IReadOnlyList<string> b)
    {
        (this.a, this.b) = (a, b);
        for (var j = 0; j < b.Count; j++)
        {
            if (!places.TryGetValue(b[j], out var list)) places[b[j]] = list = [];
            list.Add(j);
        }

        if (b.Count < LongText) return;
        var popular = b.Count / 100 + 1;
        foreach (var (line, list) in places.ToList())
        {
            if (list.Count > popular) places.Remove(line);
        }
    }

    /// <summary>A stretch of both texts: equal, or what stands in place of what.</summary>
    public readonly record struct Stretch(bool Equal, int AStart, int AEnd, int BStart, int BEnd);

    /// <summary>The texts as stretches, equal and different ones in turn.</summary>
    public List<Stretch> Stretches()
    {
        var result = new List<Stretch>();
        var (i, j) = (0, 0);
        foreach (var (start, other, length) in Blocks())
        {
            if (i < start || j < other) result.Add(new Stretch(false, i, start, j, other));
            (i, j) = (start + length, other + length);
            if (length > 0) result.Add(new Stretch(true, start, i, other, j));
        }

        return result;
    }

    private List<(int A, int B, int Length)> Blocks()
    {
        var found = new List<(int A, int B, int Length)>();
        var open = new Stack<(int ALow, int AHigh, int BLow, int BHigh)>();
        open.Push((0, a.Count, 0, b.Count));
        while (open.TryPop(out var range))
        {
            var (i, j, length) = Longest(range.ALow, range.AHigh, range.BLow, range.BHigh);
            if (length == 0) continue;
            found.Add((i, j, length));
            open.Push((range.ALow, i, range.BLow, j));
            open.Push((i + length, range.AHigh, j + length, range.BHigh));
        }

        found.Sort();
        return Merge(found);
    }

    /// <summary>Blocks that touch are one; an empty one stands at the end.</summary>
    private List<(int A, int B, int Length)> Merge(List<(int A, int B, int Length)> blocks)
    {
        var merged = new List<(int A, int B, int Length)>();
        foreach (var block in blocks)
        {
            if (merged.Count > 0 && merged[^1] is var last && last.A + last.Length == block.A && last.B + last.Length == block.B)
                merged[^1] = (last.A, last.B, last.Length + block.Length);
            else
                merged.Add(block);
        }

        merged.Add((a.Count, b.Count, 0));
        return merged;
    }

    private (int A, int B, int Length) Longest(int aLow, int aHigh, int bLow, int bHigh)
    {
        var (bestA, bestB, best) = (aLow, bLow, 0);
        var lengths = new Dictionary<int, int>();
        for (var i = aLow; i < aHigh; i++)
        {
            var next = new Dictionary<int, int>();
            foreach (var j in places.GetValueOrDefault(a[i], []))
            {
                if (j < bLow) continue;
                if (j >= bHigh) break;
                var length = lengths.GetValueOrDefault(j - 1) + 1;
                next[j] = length;
                if (length > best) (bestA, bestB, best) = (i - length + 1, j - length + 1, length);
            }

            lengths = next;
        }

        while (bestA > aLow && bestB > bLow && a[bestA - 1] == b[bestB - 1]) (bestA, bestB, best) = (bestA - 1, bestB - 1, best + 1);
        while (bestA + best < aHigh && bestB + best < bHigh && a[bestA + best] == b[bestB + best]) best++;
        return (bestA, bestB, best);
    }
}
