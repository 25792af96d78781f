using System.Text.Json;
using System.Text.Json.Nodes;
using Podkit.ApiServer.Authorization.Rbac;
using Podkit.Model;

namespace Podkit.ApiServer.Authorization.Bootstrap;

/// <summary>The roles and bindings that every cluster has from its start.</summary>
internal static class BootstrapPolicy
{
    private const string AutoUpdate = "rbac.authorization.kubernetes.io/autoupdate";

    /// <summary>
    /// Beside Kubernetes' own: <c>podkit:local-node</c>, for a node agent that also binds pods to its node and takes the node away
    /// when it ends; <c>podkit:service-account-issuer-root</c>, because the recorded server lets service accounts read
    /// <c>/.well-known</c> and all below it.
    /// </summary>
    private static readonly string[] Files = ["rbac-bootstrap.json", "rbac-podkit.json"];

    /// <summary>The objects as documents without what the store adds.</summary>
    public static IEnumerable<(ResourceKind Kind, JsonObject Document)> Objects() => Files.SelectMany(f => Facts(Read(f)).Select(Document));

    private static byte[] Read(string file)
    {
        using var stream = typeof(BootstrapPolicy).Assembly.GetManifestResourceStream(file)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static JsonElement.ArrayEnumerator Facts(byte[] bytes)
    {
        var reader = new Utf8JsonReader(bytes);
        return JsonElement.ParseValue(ref reader).EnumerateArray();
    }

    /// <summary>What is taken over from the fact stays text until someone looks into it: most of it goes to the store as it is.</summary>
    private static (ResourceKind Kind, JsonObject Document) Document(JsonElement fact)
    {
        var kind = ResourceTable.FindKind(RbacKinds.Group, "v1", fact.GetProperty("kind").GetString()!)!;
        var metadata = Metadata(fact.GetProperty("name").GetString()!);
        if (fact.TryGetProperty("namespace", out var ns)) metadata["namespace"] = ns.GetString();
        metadata["labels"] = JsonObject.Create(fact.GetProperty("labels"));
        var document = New(kind, metadata);
        if (fact.TryGetProperty("aggregationRule", out var aggregation)) document["aggregationRule"] = JsonObject.Create(aggregation);
        if (fact.TryGetProperty("rules", out var rules)) document["rules"] = JsonArray.Create(rules);
        if (fact.TryGetProperty("subjects", out var subjects)) document["subjects"] = JsonArray.Create(subjects);
        if (fact.TryGetProperty("roleRef", out var role)) document["roleRef"] = JsonObject.Create(role);
        return (kind, document);
    }

    private static JsonObject New(ResourceKind kind, JsonObject metadata) => new()
    {
        ["kind"] = kind.Kind,
        ["apiVersion"] = kind.ApiVersion,
        ["metadata"] = metadata,
    };

    private static JsonObject Metadata(string name) => new() { ["name"] = name, ["annotations"] = new JsonObject { [AutoUpdate] = "true" } };
}
