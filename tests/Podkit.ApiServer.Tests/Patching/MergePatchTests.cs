using System.Text.Json.Nodes;
using FsCheck.Xunit;
using Podkit.ApiServer.Patching;

namespace Podkit.ApiServer.Tests.Patching;

public class MergePatchTests
{
    [Theory]
    [InlineData("""{"a":"b"}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"b":"c"}""", """{"a":"b","b":"c"}""")]
    [InlineData("""{"a":"b","b":"c"}""", """{"a":null}""", """{"b":"c"}""")]
    [InlineData("""{"a":["b"]}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":{"b":"c"}}""", """{"a":{"b":"d","c":null}}""", """{"a":{"b":"d"}}""")]
    [InlineData("""{"a":[{"b":"c"}]}""", """{"a":[1]}""", """{"a":[1]}""")]
    [InlineData("""["a","b"]""", """["c","d"]""", """["c","d"]""")]
    [InlineData("""{"a":"foo"}""", "\"bar\"", "\"bar\"")]
    [InlineData("""{"e":null}""", """{"a":1}""", """{"e":null,"a":1}""")]
    [InlineData("[1,2]", """{"a":"b","c":null}""", """{"a":"b"}""")]
    [InlineData("{}", """{"a":{"bb":{"ccc":null}}}""", """{"a":{"bb":{}}}""")]
    public void The_rules_of_RFC_7386_hold(string target, string patch, string result)
    {
        var original = JsonNode.Parse(target);
        MergePatch.Apply(original, JsonNode.Parse(patch))!.ToJsonString().ShouldBe(result);
        original!.ToJsonString().ShouldBe(target);
    }

    [Fact]
    public void A_null_patch_removes_the_document() => MergePatch.Apply(new JsonObject(), null).ShouldBeNull();

    [Property]
    public bool Applying_a_patch_twice_changes_nothing_more(Dictionary<byte, string?> target, Dictionary<byte, string?> patch)
    {
        var once = MergePatch.Apply(Of(target), Of(patch));
        return JsonNode.DeepEquals(once, MergePatch.Apply(once, Of(patch)));
    }

    private static JsonObject Of(Dictionary<byte, string?> values)
    {
        var result = new JsonObject();
        foreach (var (key, value) in values) result[$"{key % 8}"] = value;
        return result;
    }
}
