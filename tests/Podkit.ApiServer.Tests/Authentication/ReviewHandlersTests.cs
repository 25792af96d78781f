using System.Text.Json.Nodes;
using Podkit.ApiServer.Authentication;
using Podkit.ApiServer.Authentication.Reviews;
using Podkit.ApiServer.Authentication.Tokens;
using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Storage;
using Podkit.ApiServer.Tests.Authorization;

namespace Podkit.ApiServer.Tests.Authentication;

public class ReviewHandlersTests
{
    private readonly FakeObjects objects = new();
    private readonly ManualTime time = new(ManualTime.Noon);
    private readonly ServiceAccountTokens tokens;
    private readonly StoredObject account;

    public ReviewHandlersTests()
    {
        tokens = new ServiceAccountTokens([TokenSigningKey.Create()], objects, time);
        account = objects.Put("""{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"reader","namespace":"g-rbac"}}""");
    }

    [Fact]
    public async Task A_token_is_issued_for_the_server_and_an_hour_unless_asked_otherwise()
    {
        var answer = await Request("{}");
        answer["spec"]!.ToJsonString().ShouldBe("""{"audiences":["https://kubernetes.default.svc"],"expirationSeconds":3600,"boundObjectRef":null}""");
        answer["status"]!["expirationTimestamp"]!.ToString().ShouldBe("2026-11-22T13:00:00Z");
        var metadata = answer["metadata"]!;
        (metadata["name"]!.ToString(), metadata["namespace"]!.ToString(), metadata["uid"]!.ToString()).ShouldBe(("reader", "g-rbac", account.Uid));
        metadata["creationTimestamp"]!.ToString().ShouldBe("2026-11-22T12:00:00Z");
        tokens.Authenticate(answer["status"]!["token"]!.ToString(), tokens.ServerAudiences).User!.Name.ShouldBe("system:serviceaccount:g-rbac:reader");
    }

    [Theory]
    [InlineData("""{"expirationSeconds":10}""", 422, "TokenRequest.authentication.k8s.io \"\" is invalid: spec.expirationSeconds: Invalid value: 10: may not specify a duration less than 10 minutes")]
    [InlineData("""{"expirationSeconds":4294967297}""", 422, "TokenRequest.authentication.k8s.io \"\" is invalid: spec.expirationSeconds: Invalid value: 4294967297: may not specify a duration larger than 2^32 seconds")]
    [InlineData("""{"boundObjectRef":{"kind":"Pod","apiVersion":"v1","name":"ghost"}}""", 404, "pods \"ghost\" not found")]
    [InlineData("""{"boundObjectRef":{"kind":"Deployment","apiVersion":"apps/v1","name":"d"}}""", 400, "cannot bind token to object of type apps/v1, Kind=Deployment")]
    [InlineData("""{"boundObjectRef":{"kind":"Pod","apiVersion":"v1","name":"other"}}""", 400, "cannot bind token for serviceaccount \"reader\" to pod running with different serviceaccount name.")]
    [InlineData("""{"boundObjectRef":{"kind":"Pod","apiVersion":"v1","name":"mine","uid":"stale"}}""", 409, "Operation cannot be fulfilled on Pod \"mine\": the UID in the bound object reference (stale) does not match the UID in record. The object might have been deleted and then recreated")]
    [InlineData("""{"expirationSeconds":"x"}""", 400, null)]
    public async Task What_cannot_be_issued_is_refused(string spec, int code, string? message)
    {
        Pods();
        var refusal = await Should.ThrowAsync<ApiException>(() => Request(spec));
        refusal.Code.ShouldBe(code);
        if (message is not null) refusal.Status.Message.ShouldBe(message);
    }

    [Fact]
    public async Task There_is_no_token_for_a_service_account_that_is_not_there() =>
        (await Should.ThrowAsync<ApiException>(() => Request("{}", "ghost"))).Status.Message.ShouldBe("serviceaccounts \"ghost\" not found");

    [Fact]
    public async Task The_body_may_name_no_other_service_account()
    {
        var context = TestRequests.Context(objects, TestRequests.Admin, "", "serviceaccounts", "g-rbac", "reader", "token", time: time);
        var body = TestRequests.Json("""{"metadata":{"name":"x"},"spec":{}}""");
        (await Should.ThrowAsync<ApiException>(async () => await new TokenRequestHandler(tokens).CreateAsync(body, context, default))).Status.Message
            .ShouldBe("TokenRequest.authentication.k8s.io \"reader\" is invalid: metadata.name: Invalid value: \"x\": must match the service account name if specified");
    }

    [Fact]
    public async Task A_token_that_a_kubelet_asks_for_by_default_lives_on_and_says_when_it_should_have_been_replaced()
    {
        Pods();
        var answer = await Request("""{"expirationSeconds":3607,"boundObjectRef":{"kind":"Pod","apiVersion":"v1","name":"mine"}}""");
        answer["status"]!["expirationTimestamp"]!.ToString().ShouldBe("2026-11-22T13:00:07Z");
        var claims = JsonWebToken.Read(answer["status"]!["token"]!.ToString())!.Claims!;
        (claims.Expires - claims.IssuedAt).ShouldBe(31536000);
        (claims.WarnAfter - claims.IssuedAt).ShouldBe(3607);
        claims.Pod!.Name.ShouldBe("mine");
        claims.Node.ShouldBe(new TokenReference("n1", ""));

        var unbound = await Request("""{"expirationSeconds":3607}""");
        JsonWebToken.Read(unbound["status"]!["token"]!.ToString())!.Claims!.WarnAfter.ShouldBeNull();
    }

    [Fact]
    public async Task A_review_tells_whom_a_token_speaks_for()
    {
        var token = (await Request("""{"audiences":["vault"]}"""))["status"]!["token"]!.ToString();
        var status = (await Review($$"""{"token":"{{token}}","audiences":["vault"]}"""))["status"]!;
        status["authenticated"]!.GetValue<bool>().ShouldBeTrue();
        status["user"]!["username"]!.ToString().ShouldBe("system:serviceaccount:g-rbac:reader");
        status["audiences"]!.ToJsonString().ShouldBe("""["vault"]""");

        var elsewhere = (await Review($$"""{"token":"{{token}}"}"""))["status"]!;
        elsewhere["error"]!.ToString().ShouldBe(TestData.Array("exchanges/authn-authz.json")[41]!["response"]!["body"]!["status"]!["error"]!.ToString());
        elsewhere["user"]!.AsObject().Count.ShouldBe(0);
        elsewhere["authenticated"].ShouldBeNull();
        (await Review("""{"token":"x.y.z"}"""))["status"]!["error"]!.ToString().ShouldBe("invalid bearer token");
    }

    [Fact]
    public async Task A_review_needs_a_token() =>
        (await Should.ThrowAsync<ApiException>(() => Review("{}"))).Status.Message.ShouldBe("token is required for TokenReview in authentication");

    [Fact]
    public async Task Everyone_may_ask_who_he_is()
    {
        var user = new UserInfo("u", ["g"], "1", new Dictionary<string, IReadOnlyList<string>> { ["b"] = ["2"], ["a"] = ["1"] });
        var answer = await new SelfSubjectReviewHandler().CreateAsync([], TestRequests.Context(objects, user, "authentication.k8s.io", "selfsubjectreviews", "", "", time: time), default);
        answer["status"]!["userInfo"]!.ToJsonString().ShouldBe("""{"username":"u","uid":"1","groups":["g"],"extra":{"a":["1"],"b":["2"]}}""");
        answer["metadata"]!["creationTimestamp"]!.ToString().ShouldBe("2026-11-22T12:00:00Z");
    }

    private void Pods()
    {
        objects.Put("""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"other","namespace":"g-rbac"},"spec":{"serviceAccountName":"default"}}""");
        objects.Put("""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"mine","namespace":"g-rbac"},"spec":{"serviceAccountName":"reader","nodeName":"n1"}}""");
    }

    private async Task<JsonObject> Request(string spec, string name = "reader") => await new TokenRequestHandler(tokens)
        .CreateAsync(TestRequests.Json($$"""{"spec":{{spec}}}"""), TestRequests.Context(objects, TestRequests.Admin, "", "serviceaccounts", "g-rbac", name, "token", time: time), default);

    private async Task<JsonObject> Review(string spec) => await new TokenReviewHandler(tokens, tokens.ServerAudiences)
        .CreateAsync(TestRequests.Json($$"""{"spec":{{spec}}}"""), TestRequests.Context(objects, TestRequests.Admin, "authentication.k8s.io", "tokenreviews", "", "", time: time), default);
}
