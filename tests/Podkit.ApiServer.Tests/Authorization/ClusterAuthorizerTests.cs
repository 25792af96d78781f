using Podkit.ApiServer.Authentication;
using Podkit.ApiServer.Authorization;

namespace Podkit.ApiServer.Tests.Authorization;

public class ClusterAuthorizerTests
{
    private readonly FakeObjects objects = FakeObjects.WithBootstrapPolicy();

    [Fact]
    public void A_role_binding_allows_what_its_role_says_in_its_namespace_alone()
    {
        AddReader();
        var authorizer = new ClusterAuthorizer(objects);
        authorizer.Authorize(TestRequests.Reader, List("g-rbac")).ShouldBe(
            new AuthorizationDecision(true, "RBAC: allowed by RoleBinding \"pods/g-rbac\" of Role \"pods\" to ServiceAccount \"reader/g-rbac\""));
        authorizer.Authorize(TestRequests.Reader, List("default")).ShouldBe(new AuthorizationDecision(false, ""));
        authorizer.Authorize(TestRequests.Reader, List("")).ShouldBe(new AuthorizationDecision(false, ""));
    }

    [Fact]
    public void A_cluster_role_binding_allows_it_everywhere()
    {
        objects.Put("""{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRoleBinding","metadata":{"name":"viewers"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"view"},"subjects":[{"kind":"Group","apiGroup":"rbac.authorization.k8s.io","name":"dev"}]}""");
        var decision = new ClusterAuthorizer(objects).Authorize(new UserInfo("u", ["dev"]), List("any"));
        decision.ShouldBe(new AuthorizationDecision(true, "RBAC: allowed by ClusterRoleBinding \"viewers\" of ClusterRole \"view\" to Group \"dev\""));
    }

    [Fact]
    public void Changes_of_roles_and_bindings_count_at_once()
    {
        var authorizer = new ClusterAuthorizer(objects);
        authorizer.Authorize(TestRequests.Reader, List("g-rbac")).Allowed.ShouldBeFalse();
        AddReader();
        authorizer.Authorize(TestRequests.Reader, List("g-rbac")).Allowed.ShouldBeTrue();
        objects.Put("""{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role","metadata":{"name":"pods","namespace":"g-rbac"},"rules":null}""");
        authorizer.Authorize(TestRequests.Reader, List("g-rbac")).Allowed.ShouldBeFalse();
    }

    [Fact]
    public void A_binding_to_a_role_that_is_not_there_is_named_in_the_reason()
    {
        AddReader();
        objects.Delete(objects.Find(ApiServer.Authorization.Rbac.RbacKinds.Role, "g-rbac", "pods")!);
        new ClusterAuthorizer(objects).Authorize(TestRequests.Reader, List("g-rbac"))
            .ShouldBe(new AuthorizationDecision(false, "RBAC: role.rbac.authorization.k8s.io \"pods\" not found"));
    }

    [Fact]
    public void Masters_may_do_everything_without_a_reason() =>
        new ClusterAuthorizer(new FakeObjects()).Authorize(TestRequests.Admin, List("x")).ShouldBe(new AuthorizationDecision(true, ""));

    [Fact]
    public void A_user_is_a_service_account_by_name_too()
    {
        objects.Put("""{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRoleBinding","metadata":{"name":"x"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"view"},"subjects":[{"kind":"User","name":"system:serviceaccount:g-rbac:reader"}]}""");
        new ClusterAuthorizer(objects).Authorize(TestRequests.Reader, List("z")).Reason.ShouldEndWith("to User \"system:serviceaccount:g-rbac:reader\"");
    }

    [Theory]
    [InlineData("update", "", "nodes", "", "n1", "", true)]
    [InlineData("update", "", "nodes", "status", "n1", "", true)]
    [InlineData("update", "", "nodes", "status", "n2", "", false)]
    [InlineData("create", "", "nodes", "", "", "", true)]
    [InlineData("get", "", "nodes", "", "n2", "", false)]
    [InlineData("list", "", "nodes", "", "", "", true)]
    [InlineData("update", "coordination.k8s.io", "leases", "", "n1", "kube-node-lease", true)]
    [InlineData("update", "coordination.k8s.io", "leases", "", "n2", "kube-node-lease", false)]
    [InlineData("create", "", "serviceaccounts", "token", "default", "x", true)]
    [InlineData("get", "", "secrets", "", "s", "x", true)]
    [InlineData("create", "", "secrets", "", "", "x", false)]
    [InlineData("patch", "", "pods", "status", "p", "x", true)]
    [InlineData("create", "rbac.authorization.k8s.io", "roles", "", "", "x", false)]
    public void A_node_may_do_what_nodes_need_to_its_own_objects(string verb, string group, string resource, string subresource, string name, string ns, bool allowed)
    {
        var node = new UserInfo("system:node:n1", ["system:nodes", "system:authenticated"]);
        var attributes = new AuthorizationAttributes { Verb = verb, Group = group, Resource = resource, Subresource = subresource, Name = name, Namespace = ns };
        new ClusterAuthorizer(objects).Authorize(node, attributes).Allowed.ShouldBe(allowed);
    }

    [Theory]
    [InlineData("create", "pods", "binding", "p", "x")]
    [InlineData("delete", "nodes", "", "n1", "")]
    public void A_local_node_binds_pods_and_takes_its_node_away(string verb, string resource, string subresource, string name, string ns)
    {
        var attributes = new AuthorizationAttributes { Verb = verb, Resource = resource, Subresource = subresource, Name = name, Namespace = ns };
        var authorizer = new ClusterAuthorizer(objects);
        authorizer.Authorize(new UserInfo("system:node:n1", ["system:nodes"]), attributes).Allowed.ShouldBeFalse();
        authorizer.Authorize(new UserInfo("system:node:n1", ["system:nodes", UserGroups.LocalNodes]), attributes).Allowed.ShouldBeTrue();
    }

    [Theory]
    [InlineData("system:node:n1", "developers")]
    [InlineData("n1", "system:nodes")]
    [InlineData("system:node:", "system:nodes")]
    public void Only_users_named_as_nodes_in_the_group_of_nodes_are_nodes(string name, string group) =>
        new ClusterAuthorizer(objects).Authorize(new UserInfo(name, [group]), new AuthorizationAttributes { Verb = "list", Resource = "nodes" }).Allowed.ShouldBeFalse();

    [Fact]
    public void Rules_of_a_user_are_those_of_all_his_bindings()
    {
        AddReader();
        var rules = new ClusterAuthorizer(objects).RulesFor(TestRequests.Reader, "g-rbac");
        rules.Errors.ShouldBeEmpty();
        rules.Rules.Count(r => r.Resources is { Count: > 0 }).ShouldBe(4);
        rules.Rules.Count(r => r.NonResourceURLs is { Count: > 0 }).ShouldBe(4);
    }

    [Fact]
    public void A_decision_looks_at_the_bindings_of_its_user_alone_however_many_there_are()
    {
        AddReader();
        for (var i = 0; i < 500; i++)
            objects.Put($$"""{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding","metadata":{"name":"b{{i}}","namespace":"g-rbac"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"admin"},"subjects":[{"kind":"User","name":"u{{i}}"}]}""");
        var authorizer = new ClusterAuthorizer(objects);
        authorizer.Authorize(TestRequests.Reader, List("g-rbac")).Allowed.ShouldBeTrue();
        (objects.Lists, objects.Finds) = (0, 0);
        for (var i = 0; i < 100; i++) authorizer.Authorize(TestRequests.Reader, List("g-rbac"));
        objects.Lists.ShouldBe(0);
        // The five roles that everyone and every service account is bound to, and the one that decides.
        objects.Finds.ShouldBe(600);
    }

    private static AuthorizationAttributes List(string ns) => new() { Verb = "list", Resource = "pods", Namespace = ns };

    private void AddReader()
    {
        objects.Put("""{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role","metadata":{"name":"pods","namespace":"g-rbac"},"rules":[{"apiGroups":[""],"resources":["pods"],"verbs":["get","list","watch"]},{"apiGroups":[""],"resources":["configmaps"],"resourceNames":["only"],"verbs":["get"]}]}""");
        objects.Put("""{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding","metadata":{"name":"pods","namespace":"g-rbac"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"pods"},"subjects":[{"kind":"ServiceAccount","name":"reader"}]}""");
    }
}
