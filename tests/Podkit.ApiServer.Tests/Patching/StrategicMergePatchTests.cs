using System.Text.Json.Nodes;
using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Patching;
using Podkit.Model.Schemas;

namespace Podkit.ApiServer.Tests.Patching;

public class StrategicMergePatchTests
{
    private static readonly JsonArray Recorded = TestData.Array("strategic-merge-patch.json");

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, Recorded.Count)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_recorded_patch_gives_the_recorded_result(int number)
    {
        var test = Recorded[number]!.AsObject();
        var original = test["original"]!.AsObject();
        var patch = test["patch"]!.AsObject();
        var before = (original.ToJsonString(), patch.ToJsonString());
        if (test["error"] is { } error)
        {
            var refusal = Should.Throw<ApiException>(() => StrategicMergePatch.Apply(original, patch, SchemaOf(test)));
            refusal.Message.ShouldBe((string?)error);
        }
        else
        {
            var result = StrategicMergePatch.Apply(original, patch, SchemaOf(test));
            JsonNode.DeepEquals(result, test["result"]).ShouldBeTrue($"got {result.ToJsonString()} in place of {test["result"]!.ToJsonString()}");
        }

        (original.ToJsonString(), patch.ToJsonString()).ShouldBe(before);
    }

    [Theory]
    [InlineData("""{"spec":{"$patch":"sideways"}}""", 500, "unknown patch type: sideways in map: map[$patch:sideways]")]
    [InlineData("""{"spec":{"containers":[{"image":"x"}]}}""", 500, "map: map[image:x] does not contain declared merge key: name")]
    [InlineData("""{"spec":{"$retainKeys":"containers"}}""", 400, "invalid patch format of retainKeys")]
    [InlineData("""{"spec":{"$setElementOrder/containers":"c"}}""", 400, "invalid patch format of setElementOrder list")]
    [InlineData("""{"spec":{"containers":[["c"]]}}""", 422, "the server rejected our request due to an error in our request")]
    [InlineData("""{"spec":{"containers":["c"]}}""", 500, "list element types are not identical")]
    [InlineData("""{"spec":{"containers":[{"name":"c","$patch":"merge"}]}}""", 500, "merging lists cannot yet be specified in the patch")]
    public void A_malformed_patch_is_refused(string patch, int code, string message)
    {
        var pod = Parse("""{"spec":{"containers":[{"name":"c"}],"hostname":"h"}}""");
        var error = Should.Throw<ApiException>(() => StrategicMergePatch.Apply(pod, Parse(patch), SchemaRegistry.FindKind("", "v1", "Pod")!));
        error.Code.ShouldBe(code);
        error.Message.ShouldBe(message);
    }

    [Theory]
    [InlineData("""{"$setElementOrder/containers":[{"name":"c"}]}""", "b c a")]
    [InlineData("""{"$setElementOrder/containers":[{"name":"c"},{"name":"b"}]}""", "c b a")]
    [InlineData("""{"$setElementOrder/containers":[{"name":"a"},{"name":"b"},{"name":"c"}]}""", "a b c")]
    [InlineData("""{"$setElementOrder/containers":[{"name":"c"}],"containers":[{"name":"c","image":"x"}]}""", "b c a")]
    [InlineData("""{"containers":[{"name":"a","image":"x"}]}""", "b c a")]
    [InlineData("""{"containers":[{"name":"d"}]}""", "d b c a")]
    public void Elements_that_a_patch_does_not_name_keep_their_place(string spec, string names)
    {
        var pod = Parse("""{"spec":{"containers":[{"name":"b"},{"name":"c"},{"name":"a"}]}}""");
        var patched = StrategicMergePatch.Apply(pod, new JsonObject { ["spec"] = Parse(spec) }, SchemaRegistry.FindKind("", "v1", "Pod")!);
        string.Join(' ', patched["spec"]!["containers"]!.AsArray().Select(x => (string?)x!["name"])).ShouldBe(names);
    }

    [Fact]
    public void Maps_with_free_keys_merge()
    {
        var patched = StrategicMergePatch.Apply(
            Parse("""{"metadata":{"labels":{"a":"1"}},"data":{"x":"1"}}"""),
            Parse("""{"metadata":{"labels":{"a":null,"b":"2"}},"data":{"y":"2"}}"""),
            SchemaRegistry.FindKind("", "v1", "ConfigMap")!);
        patched.ToJsonString().ShouldBe("""{"metadata":{"labels":{"b":"2"}},"data":{"x":"1","y":"2"}}""");
    }

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();

    private static TypeSchema SchemaOf(JsonObject test)
    {
        var kind = ((string)test["kind"]!).Split('/');
        return SchemaRegistry.FindKind(kind.Length == 3 ? kind[0] : "", kind[^2], kind[^1])!;
    }
}
