using System.Text.Json.Nodes;
using Podkit.ApiServer.Authorization.Bootstrap;
using Podkit.ApiServer.Authorization.Rbac;

namespace Podkit.ApiServer.Tests.Authorization;

public class BootstrapPolicyTests
{
    [Fact]
    public void Every_object_has_a_name_of_its_own_and_the_marks_of_the_bootstrap_policy()
    {
        var all = BootstrapPolicy.Objects().ToList();
        all.Count.ShouldBe(137);
        all.Select(o => (o.Kind, o.Document["metadata"]!["namespace"]?.ToString(), o.Document["metadata"]!["name"]!.ToString())).Distinct().Count().ShouldBe(all.Count);
        foreach (var (kind, document) in all)
        {
            document["kind"]!.ToString().ShouldBe(kind.Kind);
            document["apiVersion"]!.ToString().ShouldBe("rbac.authorization.k8s.io/v1");
            document["metadata"]!["annotations"]!["rbac.authorization.kubernetes.io/autoupdate"]!.ToString().ShouldBe("true");
            document["metadata"]!["labels"]!["kubernetes.io/bootstrapping"]!.ToString().ShouldBe("rbac-defaults");
            (document["metadata"]!["namespace"] is not null).ShouldBe(kind.Namespaced);
        }
    }

    [Fact]
    public void The_aggregated_roles_have_the_rules_that_their_selectors_gather() =>
        RoleAggregation.Outdated(FakeObjects.WithBootstrapPolicy().List(RbacKinds.ClusterRole)).ShouldBeEmpty();

    [Fact]
    public void A_labelled_role_adds_its_rules_to_the_roles_that_gather_it()
    {
        var objects = FakeObjects.WithBootstrapPolicy();
        objects.Put("""{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{"name":"a","labels":{"rbac.authorization.k8s.io/aggregate-to-edit":"true"}},"rules":[{"verbs":["get"],"apiGroups":["example.com"],"resources":["widgets"]}]}""");
        var (edit, rules) = RoleAggregation.Outdated(objects.List(RbacKinds.ClusterRole)).ShouldHaveSingleItem();
        edit.Name.ShouldBe("edit");
        rules.Count.ShouldBe(26);
        rules[0].Resources.ShouldBe(["widgets"]);

        // Once that is written, the role that gathers "edit" follows.
        var document = edit.ToJson();
        document["rules"]!.AsArray().Insert(0, JsonNode.Parse("""{"verbs":["get"],"apiGroups":["example.com"],"resources":["widgets"]}"""));
        objects.Put(document);
        RoleAggregation.Outdated(objects.List(RbacKinds.ClusterRole)).ShouldHaveSingleItem().Role.Name.ShouldBe("admin");
    }
}
