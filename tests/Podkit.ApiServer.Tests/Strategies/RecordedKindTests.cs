using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Podkit.ApiServer.Strategies;
using Podkit.Model;

namespace Podkit.ApiServer.Tests.Strategies;

public partial class RecordedKindTests
{
    private const string Namespace = "g-misc";
    private static readonly StrategyRegistry Strategies = Registered();
    private static readonly JsonArray Kinds = Recorded.File("kinds");
    private static readonly JsonArray ConfigMaps = Recorded.File("configmap-crud");

    [Theory]
    [InlineData(0, "", "namespaces")]
    [InlineData(1, "", "secrets")]
    [InlineData(3, "", "services")]
    [InlineData(4, "", "services")]
    [InlineData(5, "", "services")]
    [InlineData(6, "apps", "deployments")]
    [InlineData(7, "apps", "deployments")]
    [InlineData(10, "batch", "jobs")]
    [InlineData(11, "coordination.k8s.io", "leases")]
    [InlineData(12, "", "events")]
    [InlineData(14, "", "nodes")]
    [InlineData(37, "", "configmaps")]
    public void An_object_is_created_or_refused_as_recorded(int index, string group, string resource) => Replay(Kinds[index]!, group, resource, Namespace);

    [Theory]
    [InlineData(1)]
    [InlineData(13)]
    [InlineData(14)]
    [InlineData(15)]
    [InlineData(31)]
    [InlineData(35)]
    public void A_config_map_is_created_or_refused_as_recorded(int index) => Replay(ConfigMaps[index]!, "", "configmaps", "g-crud");

    [Fact]
    public void An_immutable_config_map_keeps_its_data()
    {
        var old = ConfigMaps[35]!["response"]!["body"]!.DeepClone().AsObject();

        var refusal = Recorded.Refusal(() => Recorded.Update(Of("", "configmaps"), Completed(ConfigMaps[36]!["body"]!, old), old));

        Recorded.ShouldMatch(refusal, ConfigMaps[36]!["response"]!["body"]!);
    }

    [Fact]
    public void An_object_that_is_being_deleted_gets_no_new_finalizers()
    {
        var old = Kinds[38]!["response"]!["body"]!.DeepClone().AsObject();
        var changed = old.DeepClone().AsObject();
        changed["metadata"]!["finalizers"] = new JsonArray("example.com/x", "example.com/y");

        var refusal = Recorded.Refusal(() => Recorded.Update(Of("", "configmaps"), changed, old));

        Recorded.ShouldMatch(refusal, Kinds[39]!["response"]!["body"]!);
    }

    internal static StrategyRegistry Registered()
    {
        var registry = new StrategyRegistry();
        KindStrategies.Register(registry);
        return registry;
    }

    private static ResourceStrategy Of(string group, string resource) => Strategies.Of(ResourceTable.Get(group, "v1", resource));

    /// <summary>A body with what the server fills in from the stored object before it looks at what changed.</summary>
    private static JsonObject Completed(JsonNode body, JsonObject old)
    {
        var copy = body.DeepClone().AsObject();
        foreach (var field in new[] { "uid", "creationTimestamp", "namespace" }) copy["metadata"]![field] = old["metadata"]![field]!.DeepClone();
        return copy;
    }

    private static void Replay(JsonNode exchange, string group, string resource, string ns)
    {
        var (want, strategy) = (exchange["response"]!, Of(group, resource));
        if ((int)want["status"]! < 300) Recorded.ShouldMatch(Masked(Recorded.Create(strategy, exchange["body"]!, ns)), Masked(want["body"]!));
        else Recorded.ShouldMatch(Recorded.Refusal(() => Recorded.Create(strategy, exchange["body"]!, ns)), want["body"]!);
    }

    /// <summary>Without addresses, which the server hands out after the strategy is done, and with UIDs masked.</summary>
    private static JsonNode Masked(JsonNode node)
    {
        var copy = JsonNode.Parse(Uid().Replace(node.ToJsonString(), "uid"))!;
        if (copy["spec"] is JsonObject spec && (string?)spec["clusterIP"] != "None")
        {
            spec.Remove("clusterIP");
            spec.Remove("clusterIPs");
        }

        return copy;
    }

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Uid();
}
