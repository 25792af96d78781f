using System.Text.Json.Nodes;
using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Strategies;
using Podkit.Model;

namespace Podkit.ApiServer.Tests.Strategies;

public class PodDisruptionTests
{
    private const string Refusal = "Cannot evict pod as it would violate the pod's disruption budget.";
    private static readonly ResourceKind Budgets = ResourceTable.Get("policy", "v1", "poddisruptionbudgets");
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void A_pod_that_no_budget_covers_may_go()
    {
        PodEviction.FindBudget(Pod(), With("""{"spec":{"selector":{"matchLabels":{"app":"other"}}},"status":{"disruptionsAllowed":0}}""")).ShouldBeNull();
        PodEviction.FindBudget(Pod(), With("""{"spec":{},"status":{"disruptionsAllowed":0}}""")).ShouldBeNull();
    }

    [Fact]
    public void A_budget_that_has_room_is_found() =>
        PodEviction.FindBudget(Pod(), With("""{"spec":{"selector":{}},"status":{"disruptionsAllowed":1}}""")).ShouldNotBeNull().Name.ShouldBe("b0");

    [Theory]
    [InlineData("""{"spec":{"selector":{}},"status":{"disruptionsAllowed":0,"desiredHealthy":2,"currentHealthy":1}}""", "The disruption budget b0 needs 2 healthy pods and has 1 currently")]
    [InlineData("""{"metadata":{"generation":2},"spec":{"selector":{}},"status":{"observedGeneration":1,"disruptionsAllowed":5}}""", "The disruption budget b0 is still being processed by the server.")]
    public void A_budget_without_room_refuses(string budget, string cause)
    {
        var refused = Should.Throw<ApiException>(() => PodEviction.FindBudget(Pod(), With(budget)));

        refused.Code.ShouldBe(429);
        refused.Message.ShouldBe(Refusal);
        refused.Status.Details!.Causes!.ShouldHaveSingleItem().Message.ShouldBe(cause);
    }

    [Fact]
    public void Two_budgets_for_one_pod_are_too_many()
    {
        const string Budget = """{"spec":{"selector":{}},"status":{"disruptionsAllowed":1}}""";

        Should.Throw<ApiException>(() => PodEviction.FindBudget(Pod(), With(Budget, Budget))).Code.ShouldBe(500);
    }

    [Theory]
    [InlineData("Running", true)]
    [InlineData("Pending", false)]
    [InlineData("Succeeded", false)]
    [InlineData("Failed", false)]
    public void Only_running_pods_are_protected(string phase, bool isProtected)
    {
        var pod = Pod();
        pod["status"] = new JsonObject { ["phase"] = phase };

        PodEviction.IsProtected(pod).ShouldBe(isProtected);
    }

    [Theory]
    [InlineData("""{"metadata":{"name":"q"},"target":{"name":"n"}}""", "{}", "name in URL does not match name in Binding object")]
    [InlineData("""{"target":{"kind":"Pod","name":"n"}}""", "{}", "Binding \"p\" is invalid: target.kind: Unsupported value: \"Pod\": supported values: \"Node\", \"<empty>\"")]
    [InlineData("""{"target":{}}""", "{}", "Binding \"p\" is invalid: target.name: Required value")]
    [InlineData("""{"target":{"name":"n"}}""", """{"schedulingGates":[{"name":"g"}]}""", "Operation cannot be fulfilled on pods/binding \"p\": pod p has non-empty .spec.schedulingGates")]
    public void A_bad_binding_is_refused(string binding, string spec, string problem)
    {
        var pod = Pod();
        pod["spec"] = JsonNode.Parse(spec);

        Should.Throw<ApiException>(() => PodBinding.Apply(pod, JsonNode.Parse(binding)!.AsObject(), "p", Now)).Message.ShouldBe(problem);
    }

    [Fact]
    public void A_condition_keeps_its_time_until_its_status_changes()
    {
        var pod = Pod();

        PodConditions.Set(pod, "Ready", "True", null, null, Now);
        PodConditions.Set(pod, "Ready", "True", "Again", "once more", Now.AddHours(1));
        var condition = pod["status"]!["conditions"]!.AsArray().ShouldHaveSingleItem()!;
        ((string)condition["lastTransitionTime"]!).ShouldBe("2026-01-02T03:04:05Z");
        ((string)condition["reason"]!).ShouldBe("Again");

        PodConditions.Set(pod, "Ready", "False", null, null, Now.AddHours(1));
        ((string)condition["lastTransitionTime"]!).ShouldBe("2026-01-02T04:04:05Z");
        condition["reason"].ShouldBeNull();
    }

    private static JsonObject Pod() => JsonNode.Parse("""{"metadata":{"name":"p","namespace":"n","labels":{"app":"web"}},"spec":{}}""")!.AsObject();

    private static ObjectsInMemory With(params string[] budgets)
    {
        var objects = new ObjectsInMemory();
        for (var i = 0; i < budgets.Length; i++) objects.With(Budgets, "n", "b" + i, budgets[i]);
        return objects;
    }
}
