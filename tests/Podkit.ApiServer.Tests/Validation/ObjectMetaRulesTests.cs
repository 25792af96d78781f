using System.Text.Json.Nodes;
using Podkit.ApiServer.Strategies;
using Podkit.ApiServer.Tests.Strategies;
using Podkit.ApiServer.Validation;
using Podkit.Model;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Tests.Validation;

public class ObjectMetaRulesTests
{
    private static readonly StrategyRegistry Strategies = RecordedKindTests.Registered();

    [Theory]
    [InlineData("configmaps", """{"name":"a.b","namespace":"n"}""")]
    [InlineData("configmaps", """{"name":"a","generateName":"a-","namespace":"n","finalizers":["example.com/x","foregroundDeletion"]}""")]
    [InlineData("namespaces", """{"name":"a","annotations":{"Example.com/Key":"any value at all"}}""")]
    [InlineData("nodes", """{"name":"a","ownerReferences":[{"apiVersion":"v1","kind":"Node","name":"b","uid":"c","controller":true}]}""")]
    public void Good_metadata_is_accepted(string resource, string metadata) => Errors(resource, metadata).ShouldBeEmpty();

    [Theory]
    [InlineData("namespaces", """{"name":"a.b"}""", "metadata.name: Invalid value: \"a.b\": must not contain dots")]
    [InlineData("services", """{"name":"1a","namespace":"n"}""", "metadata.name: Invalid value: \"1a\": a DNS-1035 label must consist of")]
    [InlineData("configmaps", """{"name":"a","generateName":"A-","namespace":"n"}""", "metadata.generateName: Invalid value: \"A-\": a lowercase RFC 1123 subdomain must consist of")]
    [InlineData("configmaps", """{"name":"a"}""", "metadata.namespace: Required value")]
    [InlineData("nodes", """{"name":"a","namespace":"n"}""", "metadata.namespace: Forbidden: not allowed on this type")]
    [InlineData("nodes", """{"name":"a","annotations":{"a b":""}}""", "metadata.annotations: Invalid value: \"a b\": name part must consist of")]
    [InlineData("nodes", """{"name":"a","finalizers":["plain"]}""", "metadata.finalizers[0]: Invalid value: \"plain\": name is neither a standard finalizer name nor is it fully qualified")]
    [InlineData("nodes", """{"name":"a","finalizers":["orphan","foregroundDeletion"]}""", "metadata.finalizers: Invalid value: [\"orphan\",\"foregroundDeletion\"]: finalizer orphan and foregroundDeletion cannot be both set")]
    [InlineData("nodes", """{"name":"a","ownerReferences":[{"apiVersion":"v1","kind":"Node","name":"b"}]}""", "metadata.ownerReferences.uid: Invalid value: \"\": uid must not be empty")]
    [InlineData("nodes", """{"name":"a","ownerReferences":[{"apiVersion":"v1","kind":"Event","name":"b","uid":"u"}]}""", "metadata.ownerReferences: Invalid value: {\"apiVersion\":\"v1\",\"kind\":\"Event\",\"name\":\"b\",\"uid\":\"u\"}: /v1, Kind=Event is disallowed from being an owner")]
    public void Bad_metadata_is_told(string resource, string metadata, string error) => Errors(resource, metadata).ShouldHaveSingleItem().ShouldStartWith(error);

    [Fact]
    public void Only_one_owner_controls()
    {
        const string Owner = """{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"r","uid":"u","controller":true}""";

        Errors("nodes", $$"""{ "name": "a", "ownerReferences": [{{Owner}}, {{Owner}}] }""").ShouldHaveSingleItem()
            .ShouldEndWith("Only one reference can have Controller set to true. Found \"true\" in references for ReplicaSet/r and ReplicaSet/r");
    }

    [Fact]
    public void Annotations_have_a_limit_together()
    {
        var half = new string('x', 140_000);

        Errors("nodes", $$"""{ "name": "a", "annotations": { "a": "{{half}}", "b": "{{half}}" } }""").ShouldHaveSingleItem()
            .ShouldBe("metadata.annotations: Too long: may not be more than 262144 bytes");
    }

    [Fact]
    public void What_identifies_an_object_does_not_change()
    {
        var old = new JsonObject { ["metadata"] = JsonNode.Parse("""{"name":"a","uid":"1"}""") };
        var changed = new JsonObject { ["metadata"] = JsonNode.Parse("""{"name":"b","uid":"2"}""") };
        var errors = new List<FieldError>();

        ObjectMetaValidation.ValidateUpdate(changed, old, errors);

        errors.Select(e => e.ToString()).Distinct().ShouldBe(["metadata.name: Invalid value: \"b\": field is immutable", "metadata.uid: Invalid value: \"2\": field is immutable"]);
    }

    private static List<string> Errors(string resource, string metadata)
    {
        var errors = new List<FieldError>();
        var strategy = Strategies.Of(ResourceTable.Get("", "v1", resource));
        ObjectMetaValidation.Validate(new JsonObject { ["metadata"] = JsonNode.Parse(metadata) }, strategy, errors);
        return [.. errors.Select(e => e.ToString())];
    }
}
