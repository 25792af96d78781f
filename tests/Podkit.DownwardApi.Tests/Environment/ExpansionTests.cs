namespace Podkit.DownwardApi.Tests;

public class ExpansionTests
{
    private static readonly Dictionary<string, string> Variables = Vectors.Load("expansion.json")[0].GetProperty("env").AsMap();

    public static TheoryData<string, string> Recorded()
    {
        var data = new TheoryData<string, string>();
        foreach (var one in Vectors.Load("expansion.json").EnumerateArray().Skip(1).DistinctBy(e => e.Text("in")))
            data.Add(one.Text("in")!, one.Text("out")!);
        return data;
    }

    [Theory, MemberData(nameof(Recorded))]
    public void References_are_expanded_as_in_Kubernetes(string text, string expected)
    {
        Expansion.Expand(text, Variables).ShouldBe(expected);
    }

    [Fact]
    public void A_sub_path_must_not_refer_to_what_is_missing_or_empty()
    {
        Expansion.TryExpandSubPath("$(B)/x/$$(A)", Variables, out var path, out var error).ShouldBeTrue(error);
        path.ShouldBe("b b/x/$(A)");
        Expansion.TryExpandSubPath("$(NOPE)/$(A)/$(EMPTY)/$(NOPE)", Variables, out _, out error).ShouldBeFalse();
        error.ShouldBe("missing value for EMPTY, NOPE");
    }
}
