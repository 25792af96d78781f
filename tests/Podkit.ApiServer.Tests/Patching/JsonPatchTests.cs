using System.Text.Json.Nodes;
using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Patching;

namespace Podkit.ApiServer.Tests.Patching;

public class JsonPatchTests
{
    [Theory]
    [InlineData("""{"a":1}""", """[{"op":"add","path":"/b","value":[1]}]""", """{"a":1,"b":[1]}""")]
    [InlineData("""{"a":[1,3]}""", """[{"op":"add","path":"/a/1","value":2},{"op":"add","path":"/a/-","value":4}]""", """{"a":[1,2,3,4]}""")]
    [InlineData("""{"a":[1,2]}""", """[{"op":"remove","path":"/a/-1"}]""", """{"a":[1]}""")]
    [InlineData("""{"a":{"b/c":1,"d~e":2}}""", """[{"op":"remove","path":"/a/b~1c"},{"op":"replace","path":"/a/d~0e","value":3}]""", """{"a":{"d~e":3}}""")]
    [InlineData("""{"a":1}""", """[{"op":"copy","from":"/a","path":"/b"},{"op":"move","from":"/a","path":"/c"}]""", """{"b":1,"c":1}""")]
    [InlineData("""{"a":1}""", """[{"op":"replace","path":"","value":{"z":0}}]""", """{"z":0}""")]
    [InlineData("""{"a":1}""", """[{"op":"test","path":"/absent","value":null},{"op":"test","path":"/a","value":1.0}]""", """{"a":1}""")]
    [InlineData("""{"a":{"b":1}}""", """[{"op":"add","path":"/a/b","value":null}]""", """{"a":{"b":null}}""")]
    [InlineData("""{"":{"":1}}""", """[{"op":"replace","path":"//","value":2}]""", """{"":{"":2}}""")]
    [InlineData("""{"a":1}""", """[{"op":"move","from":"/a","path":"/a"}]""", """{"a":1}""")]
    public void Operations_change_the_document(string document, string patch, string result)
    {
        var original = JsonNode.Parse(document)!;
        JsonPatch.Apply(original, JsonNode.Parse(patch)!.AsArray()).ToJsonString().ShouldBe(result);
        original.ToJsonString().ShouldBe(document);
    }

    [Theory]
    [InlineData("""{"op":"test","path":"/a","value":2}""")]
    [InlineData("""{"op":"remove","path":"/b"}""")]
    [InlineData("""{"op":"remove","path":""}""")]
    [InlineData("""{"op":"bogus","path":"/a"}""")]
    [InlineData("""{"op":"add","path":"a","value":1}""")]
    [InlineData("""{"op":"add","path":"/a"}""")]
    [InlineData("""{"op":"add","path":"/b/c","value":1}""")]
    [InlineData("""{"op":"add","path":"/l/3","value":1}""")]
    [InlineData("""{"op":"add","path":"/l/x","value":1}""")]
    [InlineData("""{"op":"replace","path":"/l/2","value":1}""")]
    [InlineData("""{"op":"replace","path":"/b","value":1}""")]
    [InlineData("""{"op":"copy","from":"/b","path":"/a"}""")]
    [InlineData("""{"op":"move","from":"/b","path":"/a"}""")]
    [InlineData("""{"op":"move","from":"/o","path":"/o/p"}""")]
    [InlineData("""{"op":"replace","path":"","value":null}""")]
    [InlineData("""{"path":"/a"}""")]
    [InlineData("""{"op":"add","value":1}""")]
    public void An_operation_that_fails_is_refused_as_a_whole(string operation)
    {
        var error = Should.Throw<ApiException>(() => JsonPatch.Apply(JsonNode.Parse("""{"a":1,"l":[1,2],"o":{}}""")!, [JsonNode.Parse(operation)]));
        error.Code.ShouldBe(422);
        error.Message.ShouldBe("the server rejected our request due to an error in our request");
    }

    [Fact]
    public void A_patch_with_too_many_operations_is_refused()
    {
        var patch = new JsonArray([.. Enumerable.Range(0, JsonPatch.MaxOperations + 1).Select(_ => JsonNode.Parse("""{"op":"add","path":"/a","value":1}"""))]);
        var error = Should.Throw<ApiException>(() => JsonPatch.Apply(new JsonObject(), patch));
        error.Code.ShouldBe(413);
        error.Message.ShouldBe("The allowed maximum operations in a JSON patch is 10000, got 10001");
    }

    [Fact]
    public void Copies_that_double_the_document_again_and_again_are_refused()
    {
        var patch = new JsonArray([.. Enumerable.Range(0, 40).Select(_ => JsonNode.Parse("""{"op":"copy","from":"/a","path":"/a/-"}"""))]);
        Should.Throw<ApiException>(() => JsonPatch.Apply(JsonNode.Parse("""{"a":["x","y"]}""")!, patch)).Code.ShouldBe(422);
    }
}
