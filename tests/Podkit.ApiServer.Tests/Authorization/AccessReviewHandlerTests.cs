using System.Text.Json.Nodes;
using Podkit.ApiServer.Authentication;
using Podkit.ApiServer.Authorization;
using Podkit.ApiServer.Authorization.Reviews;
using Podkit.ApiServer.Errors;

namespace Podkit.ApiServer.Tests.Authorization;

public class AccessReviewHandlerTests
{
    private readonly FakeObjects objects = FakeObjects.WithBootstrapPolicy();

    [Fact]
    public async Task The_sender_is_told_why_he_may()
    {
        objects.Put("""{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding","metadata":{"name":"pods","namespace":"g-rbac"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"view"},"subjects":[{"kind":"ServiceAccount","name":"reader"}]}""");
        var answer = await Ask("selfsubjectaccessreviews", """{"spec":{"resourceAttributes":{"verb":"list","resource":"pods","namespace":"g-rbac"}}}""");
        answer["status"]!.ToJsonString().ShouldBe("""{"allowed":true,"reason":"RBAC: allowed by RoleBinding \u0022pods/g-rbac\u0022 of ClusterRole \u0022view\u0022 to ServiceAccount \u0022reader/g-rbac\u0022"}""");
    }

    [Fact]
    public async Task Someone_who_may_not_is_told_nothing_more()
    {
        var answer = await Ask("subjectaccessreviews", """{"spec":{"user":"u","resourceAttributes":{"verb":"delete","resource":"nodes"}}}""");
        answer["status"]!.ToJsonString().ShouldBe("""{"allowed":false}""");
        answer["metadata"]!.ToJsonString().ShouldBe("{}");
    }

    [Fact]
    public async Task Groups_count_only_when_they_are_asked_about()
    {
        const string Attributes = "\"resourceAttributes\":{\"verb\":\"delete\",\"resource\":\"nodes\"}";
        (await Ask("subjectaccessreviews", $$$"""{"spec":{"user":"kubernetes-admin",{{{Attributes}}}}}""", TestRequests.Admin))["status"]!["allowed"]!.GetValue<bool>().ShouldBeFalse();
        (await Ask("subjectaccessreviews", $$$"""{"spec":{"groups":["system:masters"],{{{Attributes}}}}}"""))["status"]!["allowed"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task Paths_can_be_asked_about()
    {
        var answer = await Ask("selfsubjectaccessreviews", """{"spec":{"nonResourceAttributes":{"verb":"get","path":"/healthz"}}}""");
        answer["status"]!["allowed"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Theory]
    [InlineData("subjectaccessreviews", """{"spec":{"resourceAttributes":{"verb":"delete","resource":"nodes"}}}""", "spec.user: Invalid value: \"\": at least one of user or group must be specified")]
    [InlineData("selfsubjectaccessreviews", """{"spec":{}}""", "spec.resourceAttributes: Invalid value: \"null\": exactly one of nonResourceAttributes or resourceAttributes must be specified")]
    [InlineData("selfsubjectaccessreviews", """{"spec":{"resourceAttributes":{},"nonResourceAttributes":{"path":"/"}}}""", "spec.nonResourceAttributes: Invalid value: {\"Path\":\"/\",\"Verb\":\"\"}: cannot be specified in combination with resourceAttributes")]
    [InlineData("selfsubjectaccessreviews", """{"metadata":{"name":"n"},"spec":{"resourceAttributes":{}}}""", "metadata: Invalid value: {\"name\":\"n\"}: must be empty")]
    [InlineData("localsubjectaccessreviews", """{"spec":{"user":"u","resourceAttributes":{"namespace":"other"}}}""", "spec.resourceAttributes.namespace: Invalid value: \"other\": must match metadata.namespace")]
    [InlineData("selfsubjectaccessreviews", """{"spec":{"resourceAttributes":{"fieldSelector":{}}}}""", "spec.resourceAttributes.fieldSelector.requirements: Required value: when spec.resourceAttributes.fieldSelector is specified, requirements or rawSelector is required")]
    public async Task What_cannot_be_answered_is_invalid(string resource, string body, string problem)
    {
        var refusal = await Should.ThrowAsync<ApiException>(() => Ask(resource, body));
        refusal.Status.Message.ShouldBe($".authorization.k8s.io \"\" is invalid: {problem}");
        refusal.Status.Details!.Kind.ShouldBeNull();
    }

    [Fact]
    public async Task A_local_review_is_about_its_namespace()
    {
        var answer = await Ask("localsubjectaccessreviews", """{"spec":{"groups":["system:masters"],"resourceAttributes":{"verb":"get","resource":"pods","namespace":"g-rbac"}}}""");
        answer["status"]!["allowed"]!.GetValue<bool>().ShouldBeTrue();
        answer["metadata"]!["namespace"]!.ToString().ShouldBe("g-rbac");
    }

    [Fact]
    public async Task All_rules_are_listed_as_recorded()
    {
        var recorded = TestData.Array("exchanges/authn-authz.json")[21]!["response"]!["body"]!.AsObject();
        var handler = new RulesReviewHandler(new ClusterAuthorizer(objects));
        var answer = await handler.CreateAsync(TestRequests.Json("""{"spec":{"namespace":"g-rbac"}}"""), TestRequests.Context(objects, TestRequests.Reader, "authorization.k8s.io", "selfsubjectrulesreviews", "", ""), default);
        foreach (var list in new[] { "resourceRules", "nonResourceRules" })
        {
            static IEnumerable<string> Sorted(JsonNode? rules) => rules!.AsArray().Select(r => string.Join(' ', r!.AsObject().OrderBy(p => p.Key).Select(p => p.ToString()))).Order();
            Sorted(answer["status"]![list]).ShouldBe(Sorted(recorded["status"]![list]));
        }

        answer["status"]!["incomplete"]!.GetValue<bool>().ShouldBeFalse();
        answer["spec"]!.AsObject().Count.ShouldBe(0);
    }

    [Fact]
    public async Task Rules_are_listed_for_one_namespace()
    {
        var handler = new RulesReviewHandler(new ClusterAuthorizer(objects));
        var refusal = await Should.ThrowAsync<ApiException>(async () =>
            await handler.CreateAsync(TestRequests.Json("""{"spec":{}}"""), TestRequests.Context(objects, TestRequests.Reader, "authorization.k8s.io", "selfsubjectrulesreviews", "", ""), default));
        refusal.Status.Message.ShouldBe("no namespace on request");
    }

    private async Task<JsonObject> Ask(string resource, string body, UserInfo? user = null) => await new AccessReviewHandler(new ClusterAuthorizer(objects))
        .CreateAsync(TestRequests.Json(body), TestRequests.Context(objects, user ?? TestRequests.Reader, "authorization.k8s.io", resource, resource.StartsWith("local", StringComparison.Ordinal) ? "g-rbac" : "", ""), default);
}
