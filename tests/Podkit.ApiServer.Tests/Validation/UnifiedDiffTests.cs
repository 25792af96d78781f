using System.Globalization;
using System.Text.Json.Nodes;
using Podkit.ApiServer.Validation;

namespace Podkit.ApiServer.Tests.Validation;

public class UnifiedDiffTests
{
    private static readonly JsonArray Cases =
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", "unified-diffs.json")))!.AsArray();

    public static TheoryData<int> Indexes => [.. Enumerable.Range(0, Cases.Count)];

    /// <summary>The differences were made by Python's difflib, of which Go's is a port.</summary>
    [Theory]
    [MemberData(nameof(Indexes))]
    public void Differences_are_those_of_difflib(int index)
    {
        var c = Cases[index]!;
        var old = Lines((long)c["seed"]!, (int)c["count"]!, (int)c["modulus"]!);
        var changed = old.Where((_, i) => i % (int)c["cut"]! != 1).ToList();
        changed.Insert(changed.Count / 2, "new");

        UnifiedDiff.Between(old, changed).ShouldBe((string?)c["diff"]);
    }

    [Fact]
    public void Equal_texts_do_not_differ() => UnifiedDiff.Between(["a", "b"], ["a", "b"]).ShouldBe("");

    [Fact]
    public void From_nothing_and_to_nothing_is_told_with_the_line_before()
    {
        UnifiedDiff.Between([], ["a"]).ShouldBe("@@ -0,0 +1 @@\n+a\n");
        UnifiedDiff.Between(["a"], []).ShouldBe("@@ -1 +0,0 @@\n-a\n");
    }

    private static List<string> Lines(long seed, int count, int modulus)
    {
        var lines = new List<string>();
        for (var x = seed; lines.Count < count;)
        {
            x = ((x * 1103515245) + 12345) % 2147483648;
            lines.Add(((x >> 16) % modulus).ToString(CultureInfo.InvariantCulture));
        }

        return lines;
    }
}
