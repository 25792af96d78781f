using System.Text.Json;
using Podkit.Model;
using Podkit.Model.Core.V1;

namespace Podkit.DownwardApi.Tests;

public class ResourceFieldsTests
{
    private static readonly Dictionary<string, Quantity> Node =
        new() { ["cpu"] = Quantity.Parse("4"), ["memory"] = Quantity.Parse("1Gi"), ["hugepages-2Mi"] = Quantity.Parse("8Mi") };

    public static TheoryData<string> Recorded()
    {
        var data = new TheoryData<string>();
        foreach (var one in Vectors.Load("resource-field.json").EnumerateArray())
            data.Add(one.GetRawText());
        return data;
    }

    [Theory, MemberData(nameof(Recorded))]
    public void The_value_is_that_of_the_original(string recorded)
    {
        var one = JsonElement.Parse(recorded);
        var pod = new Pod { Spec = new() { Containers = Containers(one.GetProperty("containers")), InitContainers = Containers(one.GetProperty("initContainers")) } };
        var allocatable = one.GetProperty("allocatable").AsMap().ToDictionary(e => e.Key, e => Quantity.Parse(e.Value));
        var divisor = one.Text("divisor")!;
        var selector = new ResourceFieldSelector { Resource = one.Text("resource")!, Divisor = divisor.Length == 0 ? null : Quantity.Parse(divisor) };
        Check(one.GetProperty("plain"), null);
        Check(one.GetProperty("withAllocatable"), allocatable);

        void Check(JsonElement expected, Dictionary<string, Quantity>? node)
        {
            var isKnown = ResourceFields.TryGetValue(selector, pod, one.Text("container")!, node, out var value, out var error);
            isKnown.ShouldBe(expected.TryGetProperty("value", out _));
            value.ShouldBe(expected.Text("value") ?? "");
            error.ShouldBe(expected.Text("error") ?? "");
        }
    }

    [Theory]
    [InlineData("limits.cpu", null, "4")]
    [InlineData("limits.cpu", "self", "4")]
    [InlineData("limits.cpu", "setup", "0")]
    [InlineData("requests.cpu", null, "0")]
    [InlineData("limits.hugepages-2Mi", null, "0")]
    public void A_variable_falls_back_to_the_node_except_for_an_init_container_by_name(string resource, string? name, string value)
    {
        Variable(new() { Resource = resource, ContainerName = name }, null, Node).ShouldBe(value);
    }

    [Theory]
    [InlineData("limits.cpu", "2")]
    [InlineData("limits.memory", "1073741824")]
    [InlineData("limits.ephemeral-storage", "0")]
    public void A_variable_prefers_the_limits_of_the_whole_pod_to_the_node(string resource, string value)
    {
        var limits = new Dictionary<string, Quantity> { ["cpu"] = Quantity.Parse("2"), ["memory"] = default, ["ephemeral-storage"] = Quantity.Parse("5") };
        Variable(new() { Resource = resource }, limits, Node).ShouldBe(value);
    }

    [Fact]
    public void The_limits_of_the_whole_pod_hold_without_a_node_too()
    {
        Variable(new() { Resource = "limits.cpu" }, new() { ["cpu"] = Quantity.Parse("1500m") }, null).ShouldBe("2");
    }

    [Fact]
    public void A_volume_does_not_look_at_the_limits_of_the_whole_pod()
    {
        var pod = PodWith(new() { ["cpu"] = Quantity.Parse("2") });
        ResourceFields.TryGetValue(new() { Resource = "limits.cpu" }, pod, "self", Node, out var value, out _).ShouldBeTrue();
        value.ShouldBe("4");
    }

    private static string Variable(ResourceFieldSelector selector, Dictionary<string, Quantity>? podLimits, Dictionary<string, Quantity>? node)
    {
        var pod = PodWith(podLimits);
        ResourceFields.TryGetVariable(selector, pod, pod.Spec.Containers[0], node, out var value, out var error).ShouldBeTrue(error);
        return value;
    }

    private static Pod PodWith(Dictionary<string, Quantity>? limits) => new()
    {
        Spec = new()
        {
            Containers = [new() { Name = "self" }],
            InitContainers = [new() { Name = "setup" }],
            Resources = limits is null ? null : new() { Limits = limits },
        },
    };

    private static List<Container> Containers(JsonElement list) =>
        [.. list.EnumerateArray().Select(c => c.As(KubernetesJson.Default.CoreV1Container))];
}
