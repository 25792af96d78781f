using System.Text.Json.Nodes;
using Podkit.ApiServer.Strategies;
using Podkit.Model;

namespace Podkit.ApiServer.Tests.Strategies;

public class RecordedPodTests
{
    private static readonly PodStrategy Pods = new();
    private static readonly JsonArray Validation = Recorded.File("pod-validation");
    private static readonly JsonArray Lifecycle = Recorded.File("pod-lifecycle");

    public static TheoryData<int> ValidationCases => [.. Enumerable.Range(1, Validation.Count - 1)];

    [Theory]
    [MemberData(nameof(ValidationCases))]
    public void A_pod_is_defaulted_admitted_or_refused_as_recorded(int index) => Replay(Validation[index]!.AsObject(), "g-pods");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_pod_is_created_as_recorded(int index) => Replay(Lifecycle[index]!.AsObject(), "g-life");

    [Fact]
    public void A_changed_image_counts_the_generation()
    {
        var body = Body(4);
        body["metadata"]!.AsObject().Remove("generation");

        Recorded.ShouldMatch(Recorded.Update(Pods, body, Body(3)), Body(4));
    }

    [Fact]
    public void A_changed_environment_is_refused_with_the_recorded_difference()
    {
        var body = Body(4);
        body["spec"]!["containers"]![0]!["env"] = JsonNode.Parse("""[{"name":"X","value":"1"}]""");

        Recorded.ShouldMatch(Recorded.Refusal(() => Recorded.Update(Pods, body, Body(4))), Body(5));
    }

    [Fact]
    public void An_assigned_node_is_refused_with_the_recorded_difference()
    {
        var body = Body(4);
        body["spec"]!["nodeName"] = "n1";

        Recorded.ShouldMatch(Recorded.Refusal(() => Recorded.Update(Pods, body, Body(4))), Body(6));
    }

    [Fact]
    public void A_binding_assigns_the_node_once()
    {
        var pod = Body(4);

        PodBinding.Apply(pod, Lifecycle[7]!["body"]!.AsObject(), "min", new DateTimeOffset(2026, 11, 22, 10, 24, 0, TimeSpan.Zero));

        Recorded.ShouldMatch(pod, Body(9));
        Recorded.ShouldMatch(Recorded.Refusal(() => PodBinding.Apply(pod, Lifecycle[8]!["body"]!.AsObject(), "min", DateTimeOffset.UnixEpoch)), Body(8));
    }

    [Fact]
    public void A_write_to_the_status_keeps_the_spec()
    {
        var body = Body(10);
        body["metadata"]!["labels"]!["fromstatus"] = "1";
        body["spec"]!["hostNetwork"] = true;
        body["status"]!["message"] = "m";

        Recorded.ShouldMatch(Recorded.Update(Pods, body, Body(10), "status"), Body(12));
    }

    [Fact]
    public void A_write_to_the_pod_keeps_the_status()
    {
        var body = Body(10);
        body["status"]!["phase"] = "Failed";

        Recorded.ShouldMatch(Recorded.Update(Pods, body, Body(10)), Body(11));
    }

    [Fact]
    public void A_resize_takes_over_the_resources_alone()
    {
        var body = Body(2);
        body["spec"]!["containers"]![0]!["resources"] = JsonNode.Parse("""{"limits":{"cpu":"2000m","memory":"64Mi"},"requests":{"cpu":2,"memory":"64Mi"}}""");
        body["spec"]!["containers"]![0]!["image"] = "other";

        Recorded.ShouldMatch(Recorded.Update(Pods, body, Body(2), "resize"), Body(13));
    }

    [Fact]
    public void An_ephemeral_container_is_added_and_defaulted()
    {
        var body = Body(13);
        body["spec"]!["ephemeralContainers"] = JsonNode.Parse("""[{"name":"dbg","image":"busybox"}]""");

        Recorded.ShouldMatch(Recorded.Update(Pods, body, Body(13), "ephemeralcontainers"), Body(14));
    }

    [Fact]
    public void An_eviction_marks_the_pod()
    {
        var pod = Body(12);

        PodEviction.Mark(pod, new DateTimeOffset(2026, 11, 22, 10, 24, 0, TimeSpan.Zero));

        Recorded.ShouldMatch(pod["status"]!, Body(22)["status"]!);
    }

    private static JsonObject Body(int index) => Lifecycle[index]!["response"]!["body"]!.DeepClone().AsObject();

    private static void Replay(JsonObject exchange, string ns)
    {
        var objects = new ObjectsInMemory().With(ResourceTable.Get("", "v1", "serviceaccounts"), ns, "default", "{}");
        var want = exchange["response"]!.AsObject();
        if ((int)want["status"]! < 300) Recorded.ShouldMatch(Recorded.Create(Pods, exchange["body"]!, ns, objects), want["body"]!);
        else Recorded.ShouldMatch(Recorded.Refusal(() => Recorded.Create(Pods, exchange["body"]!, ns, objects)), want["body"]!);
    }
}
