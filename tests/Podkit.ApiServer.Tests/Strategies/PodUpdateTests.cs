using System.Text.Json.Nodes;
using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Strategies;
using Podkit.Model;

namespace Podkit.ApiServer.Tests.Strategies;

public class PodUpdateTests
{
    private static readonly PodStrategy Pods = new();

    [Theory]
    [InlineData("""{"activeDeadlineSeconds":50}""")]
    [InlineData("""{"tolerations":[{"key":"mine","operator":"Exists"},{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":1},{"key":"node.kubernetes.io/unreachable","operator":"Exists","effect":"NoExecute"},{"key":"new","operator":"Exists"}]}""")]
    [InlineData("""{"containers":[{"name":"c","image":"other","resources":{"limits":{"cpu":"1"},"requests":{"cpu":"1"}}}]}""")]
    public void What_may_change_counts_the_generation(string changes) =>
        ((int)Update(changes)["metadata"]!["generation"]!).ShouldBe(2);

    [Theory]
    [InlineData("""{"activeDeadlineSeconds":200}""", "spec.activeDeadlineSeconds: Invalid value: 200: must be less than or equal to previous value")]
    [InlineData("""{"activeDeadlineSeconds":null}""", "spec.activeDeadlineSeconds: Invalid value: null: must not update from a positive integer to nil value")]
    [InlineData("""{"tolerations":[]}""", "spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds")]
    [InlineData("""{"containers":[{"name":"c","image":"x"},{"name":"d","image":"x"}]}""", "spec.containers: Forbidden: pod updates may not add or remove containers")]
    [InlineData("""{"terminationGracePeriodSeconds":1}""", "spec: Forbidden: pod updates may not change fields other than")]
    [InlineData("""{"schedulingGates":[{"name":"g"}]}""", "spec.schedulingGates[0]: Forbidden: only deletion is allowed, but found new scheduling gate 'g'")]
    public void What_may_not_change_is_told(string changes, string error) =>
        Should.Throw<ApiException>(() => Update(changes)).Message.Replace("Pod \"p\" is invalid: ", "", StringComparison.Ordinal).ShouldStartWith(error);

    [Fact]
    public void An_ephemeral_container_can_be_added_but_neither_changed_nor_removed()
    {
        var pod = Pod();
        var added = Update(pod, """{"ephemeralContainers":[{"name":"e","image":"x"}]}""", "ephemeralcontainers");
        added["spec"]!["ephemeralContainers"]!.AsArray().Count.ShouldBe(1);

        Should.Throw<ApiException>(() => Update(added, """{"ephemeralContainers":[]}""", "ephemeralcontainers")).Message
            .ShouldBe("Pod \"p\" is invalid: spec.ephemeralContainers: Forbidden: existing ephemeral containers \"e\" may not be removed\n");
        Should.Throw<ApiException>(() => Update(added, """{"ephemeralContainers":[{"name":"e","image":"y"}]}""", "ephemeralcontainers")).Message
            .ShouldContain("existing ephemeral containers \"e\" may not be changed\n@@ -1,6 +1,6 @@\n {\n  \"Name\": \"e\",\n- \"Image\": \"x\",\n+ \"Image\": \"y\",\n");
    }

    [Fact]
    public void A_resize_may_not_change_the_class_of_service() =>
        Should.Throw<ApiException>(() => Update(Pod(), """{"containers":[{"name":"c","image":"x","resources":{"limits":{"cpu":"1","memory":"1Gi"},"requests":{"cpu":"1","memory":"1Gi"}}}]}""", "resize")).Message
            .ShouldContain("Pod QOS Class may not change as a result of resizing");

    [Fact]
    public void The_class_of_service_in_the_status_stays()
    {
        var pod = Pod();
        var body = pod.DeepClone().AsObject();
        body["status"] = new JsonObject { ["qosClass"] = "Guaranteed" };

        Should.Throw<ApiException>(() => Recorded.Update(Pods, body, pod, "status")).Message.ShouldBe("Pod \"p\" is invalid: status.qosClass: Invalid value: \"Guaranteed\": field is immutable");
    }

    [Fact]
    public void A_status_with_one_address_lists_it()
    {
        var pod = Pod();
        var body = pod.DeepClone().AsObject();
        body["status"] = new JsonObject { ["podIP"] = "10.0.0.1" };

        var updated = Recorded.Update(Pods, body, pod, "status");

        updated["status"]!["podIPs"]!.ToJsonString().ShouldBe("""[{"ip":"10.0.0.1"}]""");
        ((string)updated["status"]!["qosClass"]!).ShouldBe("Burstable");
    }

    private static JsonObject Update(string changes) => Update(Pod(), changes, "");

    private static JsonObject Update(JsonObject old, string changes, string subresource)
    {
        var body = old.DeepClone().AsObject();
        foreach (var (field, value) in JsonNode.Parse(changes)!.AsObject()) body["spec"]![field] = value?.DeepClone();
        return Recorded.Update(Pods, body, old, subresource);
    }

    private static JsonObject Pod()
    {
        var objects = new ObjectsInMemory().With(ResourceTable.Get("", "v1", "serviceaccounts"), "n", "default", """{"automountServiceAccountToken":false}""");
        var body = JsonNode.Parse("""{"metadata":{"name":"p"},"spec":{"activeDeadlineSeconds":100,"tolerations":[{"key":"mine","operator":"Exists"}],"containers":[{"name":"c","image":"x","resources":{"limits":{"cpu":"1"}}}]}}""")!;
        return Recorded.Create(Pods, body, "n", objects);
    }
}
