using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Podkit.ApiServer.OpenApi;
using Podkit.Model;
using Podkit.Model.Schemas;

namespace Podkit.ApiServer.Tests.OpenApi;

public class OpenApiTests
{
    private static readonly OpenApiDocuments Documents = new(ResourceTable.All);

    public static TheoryData<string> Paths => [.. Documents.All.Select(x => x.Path)];

    [Fact]
    public void The_index_names_every_group_and_version()
    {
        var paths = JsonNode.Parse(Documents.Index.Value)!["paths"]!.AsObject();
        paths.Select(x => "/" + x.Key).Order(StringComparer.Ordinal).ShouldBe(ResourceTable.All.Select(x => x.BasePath).Distinct().Order(StringComparer.Ordinal));
        foreach (var (path, entry) in paths) ((string?)entry!["serverRelativeURL"]).ShouldBe(Documents.Find(path)!.Url);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void Every_reference_leads_to_a_schema_and_every_schema_is_referred_to(string path)
    {
        var document = Read(path);
        var schemas = document["components"]!["schemas"]!.AsObject();
        var references = new HashSet<string>(StringComparer.Ordinal);
        Collect(document, references);
        references.ShouldBe(schemas.Select(x => "#/components/schemas/" + x.Key), ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_client_finds_whether_a_kind_can_be_validated_and_patched(string path)
    {
        var paths = Read(path)["paths"]!.AsObject();
        foreach (var resource in ResourceTable.All.Where(x => x.BasePath == "/" + path && x.Verbs.Contains("patch")))
        {
            var patch = paths.Select(x => x.Value!["patch"]).First(x => (string?)x?["x-kubernetes-group-version-kind"]!["kind"] == resource.Kind)!;
            patch["x-kubernetes-group-version-kind"]!.ToJsonString().ShouldBe($$"""{"group":"{{resource.Group}}","kind":"{{resource.Kind}}","version":"{{resource.Version}}"}""");
            patch["parameters"]!.AsArray().ShouldContain(x => (string?)x!["name"] == "fieldValidation" && (string?)x["in"] == "query");
            patch["requestBody"]!["content"]!.AsObject().ContainsKey("application/strategic-merge-patch+json").ShouldBeTrue();
        }
    }

    [Fact]
    public void Schemas_say_how_lists_merge_and_which_kind_they_are()
    {
        var schemas = Read("api/v1")["components"]!["schemas"]!;
        schemas["io.k8s.api.core.v1.Pod"]!["x-kubernetes-group-version-kind"]!.ToJsonString().ShouldBe("""[{"group":"","kind":"Pod","version":"v1"}]""");
        schemas["io.k8s.api.core.v1.Pod"]!["properties"]!["spec"]!.ToJsonString().ShouldBe(
            """{"allOf":[{"$ref":"#/components/schemas/io.k8s.api.core.v1.PodSpec"}],"default":{}}""");
        schemas["io.k8s.api.core.v1.Container"]!["properties"]!["ports"]!.ToJsonString().ShouldBe(
            """{"type":"array","items":{"allOf":[{"$ref":"#/components/schemas/io.k8s.api.core.v1.ContainerPort"}],"default":{}},"x-kubernetes-list-map-keys":["containerPort","protocol"],"x-kubernetes-list-type":"map","x-kubernetes-patch-strategy":"merge","x-kubernetes-patch-merge-key":"containerPort"}""");
        schemas["io.k8s.apimachinery.pkg.util.intstr.IntOrString"]!.ToJsonString().ShouldBe("""{"format":"int-or-string","oneOf":[{"type":"integer"},{"type":"string"}]}""");
        schemas["io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions"]!["x-kubernetes-group-version-kind"]!.AsArray().Count.ShouldBe(
            SchemaRegistry.KindsOf("io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions").Count());
    }

    [Fact]
    public async Task A_document_asked_for_by_its_hash_may_be_kept_and_is_not_sent_again()
    {
        var document = Documents.Find("apis/apps/v1")!;
        var first = await Get(document.Url, null);
        first.Response.StatusCode.ShouldBe(200);
        first.Response.ContentLength.ShouldBe(document.Content.Value.Length);
        first.Response.Headers.CacheControl.ToString().ShouldContain("immutable");
        var again = await Get(document.Url, first.Response.Headers.ETag);
        again.Response.StatusCode.ShouldBe(304);
    }

    [Fact]
    public async Task A_document_asked_for_by_an_old_hash_is_found_under_the_new_one()
    {
        var answer = await Get("/openapi/v3/api/v1?hash=OLD", null);
        answer.Response.StatusCode.ShouldBe(301);
        answer.Response.Headers.Location.ToString().ShouldBe(Documents.Find("api/v1")!.Url);
    }

    [Theory]
    [InlineData("/openapi/v2")]
    [InlineData("/openapi/v3/apis/none/v1")]
    public async Task Other_paths_are_not_served(string path) => (await new OpenApiHandler().TryHandleAsync(new DefaultHttpContext(), path)).ShouldBeFalse();

    private static async Task<HttpContext> Get(string url, string? tag)
    {
        var http = new DefaultHttpContext();
        http.Request.Method = "GET";
        var question = url.IndexOf('?', StringComparison.Ordinal);
        http.Request.QueryString = new QueryString(url[question..]);
        if (tag is not null) http.Request.Headers.IfNoneMatch = tag;
        (await new OpenApiHandler().TryHandleAsync(http, url[..question])).ShouldBeTrue();
        return http;
    }

    private static JsonNode Read(string path) => JsonNode.Parse(Documents.Find(path)!.Content.Value)!;

    private static void Collect(JsonNode? node, HashSet<string> references)
    {
        if (node is JsonArray items)
            foreach (var item in items) Collect(item, references);
        if (node is not JsonObject members) return;
        foreach (var (name, value) in members)
        {
            if (name == "$ref" && value is JsonValue text && text.GetValueKind() == System.Text.Json.JsonValueKind.String) references.Add(text.GetValue<string>());
            else Collect(value, references);
        }
    }
}
