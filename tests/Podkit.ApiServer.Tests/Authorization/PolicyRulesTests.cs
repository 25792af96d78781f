using System.Text.Json;
using System.Text.Json.Nodes;
using Podkit.ApiServer.Authorization;
using Podkit.ApiServer.Authorization.Rbac;
using Podkit.Model;
using Podkit.Model.Rbac.V1;

namespace Podkit.ApiServer.Tests.Authorization;

public class PolicyRulesTests
{
    [Fact]
    public void Every_recorded_request_is_decided_as_Kubernetes_decides_it()
    {
        var cases = TestData.Array("rbac-rules.json");
        cases.Count.ShouldBe(250);
        foreach (var item in cases)
        {
            var rules = item!["rules"]!.AsArray().Select(r => r.Deserialize(KubernetesJson.Default.RbacV1PolicyRule)!).ToList();
            PolicyRules.Allow(rules, Attributes(item["request"]!.AsObject())).ShouldBe((bool)item["allowed"]!, item.ToJsonString());
        }
    }

    [Theory]
    [InlineData("/healthz", "/healthz", true)]
    [InlineData("/healthz/*", "/healthz/ping", true)]
    [InlineData("/healthz/*", "/healthz", false)]
    [InlineData("/api*", "/apis", true)]
    [InlineData("*", "/metrics", true)]
    [InlineData("/healthz", "/healthz/ping", false)]
    [InlineData("/a*b", "/aXb", false)]
    public void A_path_is_covered_by_itself_and_by_a_star_at_the_end(string pattern, string path, bool covered) => PolicyRules.PathCovers(pattern, path).ShouldBe(covered);

    [Theory]
    [InlineData("pods", "", "pods", true)]
    [InlineData("pods", "log", "pods", false)]
    [InlineData("pods", "log", "pods/log", true)]
    [InlineData("pods", "log", "*/log", true)]
    [InlineData("pods", "log", "pods/*", false)]
    [InlineData("pods", "log", "*", true)]
    [InlineData("pods", "", "*/log", false)]
    [InlineData("pods", "catalog", "*/log", false)]
    public void A_subresource_needs_a_rule_of_its_own_or_a_star(string resource, string subresource, string allowed, bool expected)
    {
        var rule = new PolicyRule { Verbs = ["get"], ApiGroups = [""], Resources = [allowed] };
        PolicyRules.Allows(rule, new AuthorizationAttributes { Verb = "get", Resource = resource, Subresource = subresource }).ShouldBe(expected);
    }

    [Fact]
    public void A_rule_with_names_allows_no_request_without_a_name()
    {
        var rule = new PolicyRule { Verbs = ["list"], ApiGroups = [""], Resources = ["configmaps"], ResourceNames = ["only"] };
        PolicyRules.Allows(rule, new AuthorizationAttributes { Verb = "list", Resource = "configmaps" }).ShouldBeFalse();
        PolicyRules.Allows(rule, new AuthorizationAttributes { Verb = "list", Resource = "configmaps", Name = "only" }).ShouldBeTrue();
    }

    private static AuthorizationAttributes Attributes(JsonObject request) => new()
    {
        Verb = (string)request["verb"]!,
        IsResource = (bool)request["resourceRequest"]!,
        Group = (string)request["group"]!,
        Resource = (string)request["resource"]!,
        Subresource = (string)request["subresource"]!,
        Name = (string)request["name"]!,
        Path = (string)request["path"]!,
    };
}
