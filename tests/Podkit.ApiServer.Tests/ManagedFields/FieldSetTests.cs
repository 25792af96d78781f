using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Podkit.ApiServer.ManagedFields;

namespace Podkit.ApiServer.Tests.ManagedFields;

/// <summary>The tree of paths behaves like a set of paths.</summary>
[Properties(Arbitrary = [typeof(Sets)])]
public class FieldSetTests
{
    [Property]
    public bool A_union_has_the_paths_of_both(Paths a, Paths b) => Same(FieldSet.Union(a.Set, b.Set), a.All.Union(b.All));

    [Property]
    public bool An_intersection_has_the_common_paths(Paths a, Paths b) => Same(FieldSet.Intersection(a.Set, b.Set), a.All.Intersect(b.All));

    [Property]
    public bool A_difference_has_the_rest(Paths a, Paths b) => Same(FieldSet.Difference(a.Set, b.Set), a.All.Except(b.All));

    [Property]
    public bool A_recursive_difference_takes_what_lies_below_too(Paths a, Paths b) =>
        Same(FieldSet.RecursiveDifference(a.Set, b.Set), a.All.Where(x => !b.All.Any(y => x == y || x.StartsWith(y + " ", StringComparison.Ordinal))));

    [Property]
    public bool A_set_reads_back_from_its_JSON(Paths a) =>
        FieldSetJson.TryRead(a.Set is null ? null : JsonNode.Parse(FieldSetJson.Write(a.Set).ToJsonString()), out var read) && FieldSet.Equals(read, a.Set);

    [Property]
    public bool A_written_set_is_touched_by_what_it_has_in_common(Paths a, Paths b) =>
        b.Set is null || FieldSetJson.Touches(a.Set is null ? null : FieldSetJson.Write(a.Set), b.Set) == a.All.Intersect(b.All).Any();

    [Theory]
    [InlineData("""{"k:{\"protocol\":\"TCP\", \"containerPort\":80}":{}}""", """{"k:{\"containerPort\":80,\"protocol\":\"TCP\"}":{}}""")]
    [InlineData("""{"i:1":{},"v:2":{},"v:10":{},"v:\"a\"":{},"k:{\"a\":1}":{},"f:z":{},"f:a":{".":{}}}""", """{"f:a":{},"f:z":{},"k:{\"a\":1}":{},"v:2":{},"v:10":{},"v:\"a\"":{},"i:1":{}}""")]
    [InlineData("""{".":{}}""", null)]
    [InlineData("{}", null)]
    public void Reading_puts_a_set_into_its_one_form(string json, string? expected)
    {
        FieldSetJson.TryRead(JsonNode.Parse(json), out var set).ShouldBeTrue();
        if (expected is null) set.ShouldBeNull();
        else JsonNode.Parse(expected)!.ToJsonString().ShouldBe(FieldSetJson.Write(set!).ToJsonString());
    }

    [Theory]
    [InlineData("""{"x":{}}""")]
    [InlineData("""{"f:a":null}""")]
    [InlineData("""{"k:":{}}""")]
    [InlineData("""{"k:[]":{}}""")]
    [InlineData("""{"k:{\"a\":{}}":{}}""")]
    [InlineData("""{"k:{\"a\":1,\"a\":2}":{}}""")]
    [InlineData("""{"v:{}":{}}""")]
    [InlineData("""{"i:x":{}}""")]
    [InlineData("[]")]
    public void What_is_no_set_is_refused(string json) => FieldSetJson.TryRead(JsonNode.Parse(json), out _).ShouldBeFalse();

    [Fact]
    public void A_set_nested_without_end_is_refused()
    {
        var json = string.Concat(Enumerable.Repeat("""{"f:a":""", 300)) + "{}" + new string('}', 300);
        FieldSetJson.TryRead(JsonNode.Parse(json, documentOptions: new() { MaxDepth = 400 }), out _).ShouldBeFalse();
    }

    private static bool Same(FieldSet? set, IEnumerable<string> paths) => new Paths(set).All.SetEquals(paths);

    public sealed class Paths
    {
        internal Paths(FieldSet? set)
        {
            Set = set;
            if (set is not null) Collect(set, "");
        }

        internal FieldSet? Set { get; }

        public HashSet<string> All { get; } = [];

        public override string ToString() => string.Join(", ", All);

        private void Collect(FieldSet set, string path)
        {
            foreach (var (element, child) in set.Children)
            {
                var inner = path.Length == 0 ? element : $"{path} {element}";
                if (child.IsMember) All.Add(inner);
                Collect(child, inner);
            }
        }
    }

    public static class Sets
    {
        public static Arbitrary<Paths> Any()
        {
            var element = Gen.Elements("f:a", "f:b", "k:{\"name\":\"c\"}", "v:\"x\"", "i:0");
            var path = element.NonEmptyListOf().Select(x => FieldSet.Path([.. x.Take(4)]));
            return path.ListOf().Select(x => new Paths(x.Take(8).Aggregate((FieldSet?)null, FieldSet.Union))).ToArbitrary();
        }
    }
}
