using Microsoft.AspNetCore.Http;
using Podkit.ApiServer.Authentication;
using Podkit.ApiServer.Authorization;
using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Tests.Authorization;

namespace Podkit.ApiServer.Tests.Authentication;

public class ImpersonationTests
{
    private readonly FakeObjects objects = FakeObjects.WithBootstrapPolicy();

    [Fact]
    public void Without_the_headers_everyone_is_himself() => Apply(TestRequests.Reader, []).ShouldBeSameAs(TestRequests.Reader);

    [Fact]
    public void A_service_account_comes_with_its_groups()
    {
        var user = Apply(TestRequests.Admin, [("Impersonate-User", "system:serviceaccount:n:a")]);
        user.Name.ShouldBe("system:serviceaccount:n:a");
        user.Groups.ShouldBe(["system:serviceaccounts", "system:serviceaccounts:n", "system:authenticated"]);
    }

    [Fact]
    public void A_user_comes_with_the_groups_uid_and_extra_of_the_headers()
    {
        var user = Apply(TestRequests.Admin, [("Impersonate-User", "u"), ("impersonate-group", "g"), ("Impersonate-Group", "h"), ("Impersonate-Uid", "7"), ("Impersonate-Extra-Example.com%2FScopes", "view")]);
        user.Groups.ShouldBe(["g", "h", "system:authenticated"]);
        user.Uid.ShouldBe("7");
        user.Extra!["example.com/scopes"].ShouldBe(["view"]);
    }

    [Fact]
    public void Nobody_is_authenticated_when_the_headers_say_so() =>
        Apply(TestRequests.Admin, [("Impersonate-User", "system:anonymous")]).Groups.ShouldBe(["system:unauthenticated"]);

    [Fact]
    public void It_needs_the_right_as_recorded()
    {
        var recorded = TestData.Array("exchanges/authn-authz.json")[36]!["response"]!["body"]!;
        var refusal = Should.Throw<ApiException>(() => Apply(TestRequests.Reader, [("Impersonate-User", "system:admin")]));
        refusal.Status.Message.ShouldBe(recorded["message"]!.ToString());
        refusal.Status.Details!.Name.ShouldBe("system:admin");
    }

    [Theory]
    [InlineData("Impersonate-Group", "system:masters", "groups \"system:masters\" is forbidden: User \"i\" cannot impersonate resource \"groups\" in API group \"\" at the cluster scope")]
    [InlineData("Impersonate-Uid", "7", "uids.authentication.k8s.io \"7\" is forbidden: User \"i\" cannot impersonate resource \"uids\" in API group \"authentication.k8s.io\" at the cluster scope")]
    [InlineData("Impersonate-Extra-Scopes", "view", "userextras.authentication.k8s.io \"view\" is forbidden: User \"i\" cannot impersonate resource \"userextras/scopes\" in API group \"authentication.k8s.io\" at the cluster scope")]
    public void Every_header_needs_a_right_of_its_own(string header, string value, string sentence)
    {
        objects.Put("""{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{"name":"i"},"rules":[{"apiGroups":[""],"resources":["users"],"resourceNames":["u"],"verbs":["impersonate"]}]}""");
        objects.Put("""{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRoleBinding","metadata":{"name":"i"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"i"},"subjects":[{"kind":"User","name":"i"}]}""");
        var requestor = new UserInfo("i", []);
        Apply(requestor, [("Impersonate-User", "u")]).Name.ShouldBe("u");
        Should.Throw<ApiException>(() => Apply(requestor, [("Impersonate-User", "u"), (header, value)])).Status.Message.ShouldBe(sentence);
    }

    [Fact]
    public void A_group_without_a_user_is_an_error() =>
        Should.Throw<ApiException>(() => Apply(TestRequests.Admin, [("Impersonate-Group", "g")])).Code.ShouldBe(500);

    private UserInfo Apply(UserInfo requestor, (string Name, string Value)[] headers)
    {
        var context = new DefaultHttpContext();
        foreach (var (name, value) in headers) context.Request.Headers.Append(name, value);
        return Impersonation.Apply(requestor, context.Request.Headers, new ClusterAuthorizer(objects));
    }
}
