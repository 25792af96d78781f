using Podkit.ApiServer.Authentication;
using Podkit.ApiServer.Authorization;

namespace Podkit.ApiServer.Tests.Authorization;

public class AccessDeniedTests
{
    private static readonly UserInfo User = new("u\"<b>", []);

    [Fact]
    public void A_path_has_no_resource_in_its_sentence()
    {
        var refusal = AccessDenied.Exception(new UserInfo("u", []), new AuthorizationAttributes { IsResource = false, Verb = "get", Path = "/metrics" }, "");
        refusal.Status.Message.ShouldBe("forbidden: User \"u\" cannot get path \"/metrics\"");
        refusal.Code.ShouldBe(403);
    }

    [Fact]
    public void The_name_is_quoted_and_nothing_in_it_is_markup()
    {
        var attributes = new AuthorizationAttributes { Verb = "get", Group = "apps", Resource = "deployments", Subresource = "scale", Namespace = "n", Name = "d" };
        AccessDenied.Exception(User, attributes, "why").Status.Message.ShouldBe(
            "deployments.apps \"d\" is forbidden: User \"u\\\"&lt;b&gt;\" cannot get resource \"deployments/scale\" in API group \"apps\" in the namespace \"n\": why");
    }
}
