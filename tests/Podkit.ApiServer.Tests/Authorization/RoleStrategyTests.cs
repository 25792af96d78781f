using System.Text.Json.Nodes;
using Podkit.ApiServer.Authentication;
using Podkit.ApiServer.Authorization;
using Podkit.ApiServer.Authorization.Rbac;
using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Strategies;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Tests.Authorization;

public class RoleStrategyTests
{
    private const string Group = "rbac.authorization.k8s.io";

    private readonly FakeObjects objects = FakeObjects.WithBootstrapPolicy();
    private readonly EscalationCheck escalation;

    public RoleStrategyTests()
    {
        var authorizer = new ClusterAuthorizer(objects);
        escalation = new EscalationCheck(authorizer, authorizer);
        objects.Put("""{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding","metadata":{"name":"edit","namespace":"g-rbac"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"admin"},"subjects":[{"kind":"ServiceAccount","name":"reader","namespace":"g-rbac"}]}""");
    }

    [Fact]
    public void Rules_that_the_sender_does_not_have_are_refused_as_recorded()
    {
        var recorded = TestData.Array("exchanges/authn-authz.json")[34]!;
        var refusal = Should.Throw<ApiException>(() => Role.Admit(recorded["body"]!.AsObject(), null, Context("roles", "esc")));
        refusal.Status.Message.ShouldBe(recorded["response"]!["body"]!["message"]!.ToString());
        refusal.Status.Details!.Kind.ShouldBe("roles");
        refusal.Code.ShouldBe(403);
    }

    [Fact]
    public void Rules_that_the_sender_has_are_taken() =>
        Role.Admit(TestRequests.Json("""{"rules":[{"apiGroups":[""],"resources":["pods"],"verbs":["get"]}]}"""), null, Context("roles", "r"));

    [Fact]
    public void Whoever_may_escalate_may_write_any_rule()
    {
        Grant("""{"verbs":["escalate"],"apiGroups":["rbac.authorization.k8s.io"],"resources":["roles"]}""");
        Role.Admit(TestRequests.Json("""{"rules":[{"apiGroups":["*"],"resources":["*"],"verbs":["*"]}]}"""), null, Context("roles", "r"));
    }

    [Fact]
    public void Masters_may_write_any_rule() =>
        Role.Admit(TestRequests.Json("""{"rules":[{"apiGroups":["*"],"resources":["*"],"verbs":["*"]}]}"""), null, Context("roles", "r", TestRequests.Admin));

    [Fact]
    public void An_update_for_garbage_collection_alone_is_taken()
    {
        var old = TestRequests.Json("""{"metadata":{"name":"r","finalizers":["x"]},"rules":[{"apiGroups":["*"],"resources":["*"],"verbs":["*"]}]}""");
        var obj = old.DeepClone().AsObject();
        obj["metadata"]!["finalizers"] = null;
        obj["metadata"]!.AsObject().Remove("finalizers");
        Role.Admit(obj, old, Context("roles", "r", operation: Operation.Update));
        obj["metadata"]!["labels"] = new JsonObject { ["a"] = "b" };
        Should.Throw<ApiException>(() => Role.Admit(obj, old, Context("roles", "r", operation: Operation.Update)));
    }

    [Fact]
    public void An_aggregation_rule_needs_full_authority()
    {
        var role = TestRequests.Json("""{"aggregationRule":{"clusterRoleSelectors":[{"matchLabels":{"a":"b"}}]},"rules":null}""");
        var strategy = new RoleStrategy(RbacKinds.ClusterRole, escalation);
        Should.Throw<ApiException>(() => strategy.Admit(role, null, Context("clusterroles", "r", ns: ""))).Status.Message
            .ShouldBe("clusterroles.rbac.authorization.k8s.io \"r\" is forbidden: must have cluster-admin privileges to use an aggregationRule");
        strategy.Admit(role, null, Context("clusterroles", "r", new UserInfo("root", ["admins"]), ns: "", grant: "admins"));
    }

    [Fact]
    public void A_rule_without_verbs_is_invalid_as_recorded()
    {
        var recorded = TestData.Array("exchanges/authn-authz.json")[32]!;
        var error = Validate(Role, recorded["body"]!.AsObject()).ShouldHaveSingleItem();
        error.ToString().ShouldBe("rules[0].verbs: Required value: verbs must contain at least one value");
    }

    [Theory]
    [InlineData("""{"verbs":["get"]}""", "rules[0].apiGroups: Required value: resource rules must supply at least one api group|rules[0].resources: Required value: resource rules must supply at least one resource")]
    [InlineData("""{"verbs":["get"],"nonResourceURLs":["/a"]}""", "rules[0].nonResourceURLs: Invalid value: [\"/a\"]: namespaced rules cannot apply to non-resource URLs")]
    public void Rules_of_a_role_are_about_resources(string rule, string errors) =>
        string.Join('|', Validate(Role, TestRequests.Json($$"""{"rules":[{{rule}}]}"""))).ShouldBe(errors);

    [Fact]
    public void Rules_of_a_cluster_role_are_about_resources_or_paths_but_not_both()
    {
        var strategy = new RoleStrategy(RbacKinds.ClusterRole, escalation);
        Validate(strategy, TestRequests.Json("""{"rules":[{"verbs":["get"],"nonResourceURLs":["/a"]}]}""")).ShouldBeEmpty();
        Validate(strategy, TestRequests.Json("""{"rules":[{"verbs":["get"],"nonResourceURLs":["/a"],"resources":["pods"]}]}""")).ShouldHaveSingleItem()
            .Message.ShouldBe("Invalid value: [\"/a\"]: rules cannot apply to both regular resources and non-resource URLs");
        Validate(strategy, TestRequests.Json("""{"aggregationRule":{}}""")).ShouldHaveSingleItem()
            .ToString().ShouldBe("aggregationRule.clusterRoleSelectors: Required value: at least one clusterRoleSelector required if aggregationRule is non-nil");
    }

    [Theory]
    [InlineData("system:a:b", "")]
    [InlineData("..", "may not be '..'")]
    [InlineData("a/b%", "may not contain '/'|may not contain '%'")]
    public void Names_may_be_anything_that_can_stand_in_a_path(string name, string problems) => string.Join('|', Role.ValidateName(name)!).ShouldBe(problems);

    [Fact]
    public void A_binding_to_a_role_that_the_sender_does_not_have_is_refused()
    {
        var binding = TestRequests.Json("""{"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"cluster-admin"},"subjects":[]}""");
        Should.Throw<ApiException>(() => Binding.Admit(binding, null, Context("rolebindings", "b"))).Status.Message.ShouldBe(
            "rolebindings.rbac.authorization.k8s.io \"b\" is forbidden: user \"system:serviceaccount:g-rbac:reader\" (groups=[\"system:serviceaccounts\" \"system:serviceaccounts:g-rbac\" \"system:authenticated\"]) is attempting to grant RBAC permissions not currently held:\n"
            + "{APIGroups:[\"*\"], Resources:[\"*\"], Verbs:[\"*\"]}\n{NonResourceURLs:[\"*\"], Verbs:[\"*\"]}");
    }

    [Fact]
    public void A_binding_to_what_the_sender_has_or_may_bind_is_taken()
    {
        Binding.Admit(TestRequests.Json("""{"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"view"}}"""), null, Context("rolebindings", "b"));
        Grant("""{"verbs":["bind"],"apiGroups":["rbac.authorization.k8s.io"],"resources":["clusterroles"],"resourceNames":["cluster-admin"]}""");
        Binding.Admit(TestRequests.Json("""{"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"cluster-admin"}}"""), null, Context("rolebindings", "b"));
    }

    [Fact]
    public void A_binding_to_a_role_that_is_not_there_is_not_found() =>
        Should.Throw<ApiException>(() => Binding.Admit(TestRequests.Json("""{"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"none"}}"""), null, Context("rolebindings", "b")))
            .Status.Message.ShouldBe("roles.rbac.authorization.k8s.io \"none\" not found");

    [Fact]
    public void A_binding_to_something_else_than_a_role_is_invalid_as_recorded()
    {
        var recorded = TestData.Array("exchanges/authn-authz.json")[31]!;
        var error = Validate(Binding, recorded["body"]!.AsObject()).ShouldHaveSingleItem();
        error.ToString().ShouldBe("roleRef.kind: Unsupported value: \"Bogus\": supported values: \"Role\", \"ClusterRole\"");
    }

    [Fact]
    public void The_role_of_a_binding_cannot_be_changed()
    {
        var old = TestRequests.Json("""{"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"pods"}}""");
        var obj = TestRequests.Json("""{"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"other"}}""");
        var errors = new List<FieldError>();
        Binding.ValidateUpdate(obj, old, Context("rolebindings", "pods"), errors);
        var recorded = TestData.Array("exchanges/authn-authz.json")[35]!["response"]!["body"]!["details"]!["causes"]![0]!;
        errors.ShouldHaveSingleItem().Message.ShouldBe(recorded["message"]!.ToString());
    }

    [Fact]
    public void Groups_of_references_are_filled_in()
    {
        var binding = TestRequests.Json("""{"roleRef":{"kind":"Role","name":"pods"},"subjects":[{"kind":"User","name":"u"},{"kind":"Group","name":"g","apiGroup":"x"},{"kind":"ServiceAccount","name":"s"}]}""");
        Binding.Default(binding);
        binding["roleRef"]!["apiGroup"]!.ToString().ShouldBe(Group);
        binding["subjects"]!.AsArray().Select(s => s!["apiGroup"]?.ToString()).ShouldBe([Group, "x", null]);
    }

    [Fact]
    public void Subjects_of_a_cluster_role_binding_need_a_namespace_when_they_are_service_accounts()
    {
        var binding = TestRequests.Json("""{"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"r"},"subjects":[{"kind":"ServiceAccount","name":"A"},{"kind":"User","name":"","apiGroup":""},{"kind":"X","name":"x"}]}""");
        Validate(new RoleBindingStrategy(RbacKinds.ClusterRoleBinding, escalation), binding).Select(e => $"{e.Field} {e.Type}").ShouldBe(
        [
            "roleRef.kind FieldValueNotSupported", "subjects[0].name FieldValueInvalid", "subjects[0].namespace FieldValueRequired",
            "subjects[1].name FieldValueRequired", "subjects[1].apiGroup FieldValueNotSupported", "subjects[2].kind FieldValueNotSupported",
        ]);
    }

    private RoleStrategy Role => new(RbacKinds.Role, escalation);

    private RoleBindingStrategy Binding => new(RbacKinds.RoleBinding, escalation);

    private OperationContext Context(string resource, string name, UserInfo? user = null, string ns = "g-rbac", Operation operation = Operation.Create, string? grant = null)
    {
        if (grant is not null)
            objects.Put($$"""{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRoleBinding","metadata":{"name":"{{grant}}"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"cluster-admin"},"subjects":[{"kind":"Group","name":"{{grant}}"}]}""");
        return TestRequests.Context(objects, user ?? TestRequests.Reader, Group, resource, ns, name, operation: operation);
    }

    private void Grant(string rule)
    {
        objects.Put($$"""{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role","metadata":{"name":"extra","namespace":"g-rbac"},"rules":[{{rule}}]}""");
        objects.Put("""{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding","metadata":{"name":"extra","namespace":"g-rbac"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"extra"},"subjects":[{"kind":"ServiceAccount","name":"reader"}]}""");
    }

    private List<FieldError> Validate(ResourceStrategy strategy, JsonObject obj)
    {
        var errors = new List<FieldError>();
        strategy.Validate(obj, Context("roles", "r"), errors);
        return errors;
    }
}
