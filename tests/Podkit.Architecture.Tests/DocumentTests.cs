using System.Text.RegularExpressions;

namespace Podkit.Architecture.Tests;

/// <summary>What the documentation links is there.</summary>
public partial class DocumentTests
{
    private static readonly string Root = FindRoot();

    public static TheoryData<string> Documents() =>
        [.. Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md").Concat(Directory.EnumerateFiles(Path.Combine(Root, "src"), "README.md", SearchOption.AllDirectories))
            .Append(Path.Combine(Root, "README.md")).Select(f => Path.GetRelativePath(Root, f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_file_that_a_document_links_is_there(string document)
    {
        foreach (var link in Links(File.ReadAllText(Path.Combine(Root, document))))
            Path.Exists(Path.Combine(Root, Path.GetDirectoryName(document)!, link)).ShouldBeTrue($"{document} links {link}");
    }

    [Fact]
    public void Each_cell_of_the_table_which_tool_for_which_question_links_a_sample()
    {
        var rows = File.ReadLines(Path.Combine(Root, "docs", "which-tool.md")).Where(l => l.StartsWith("| ", StringComparison.Ordinal)).Skip(2).ToList();
        rows.Count.ShouldBeGreaterThan(5);
        foreach (var row in rows)
        {
            var cells = row.Trim('|').Split('|');
            cells.Length.ShouldBe(5, row);
            foreach (var cell in cells[1..]) Links(cell).ShouldContain(l => l.StartsWith("../examples/", StringComparison.Ordinal), cell);
        }
    }

    private static List<string> Links(string text) =>
        [.. Link().Matches(text).Select(m => m.Groups[1].Value.Split('#')[0]).Where(l => l.Length > 0 && !l.Contains("://", StringComparison.Ordinal))];

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Podkit.slnx"))) directory = directory.Parent!;
        return directory.FullName;
    }

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
