using System.Text.Json;
using System.Text.Json.Nodes;
using Podkit.ApiServer.Authorization.Rbac;
using Podkit.Model;

namespace Podkit.ApiServer.Authorization.Bootstrap;

/// <summary>The roles and bindings that every cluster has from its start.</summary>
internal static class BootstrapPolicy
{
    private const string AutoUpdate = "rbac.authorization.kubernetes.io/autoupdate";
    private const string DiscoveryRole = "system:service-account-issuer-root";

    /// <summary>The objects, cluster roles first, as documents without what the store adds.</summary>
    public static IEnumerable<(ResourceKind Kind, JsonObject Document)> Objects()
    {
        using var stream = typeof(BootstrapPolicy).Assembly.GetManifestResourceStream("rbac-bootstrap.json")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        foreach (var fact in Facts(bytes)) yield return Document(fact);
        foreach (var addition in IssuerDiscovery()) yield return addition;
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

    /// <summary>
    /// Service accounts may read <c>/.well-known</c> and all below it: the recorded server says so in their rules, beside the
    /// two documents that the default role names.
    /// </summary>
    private static IEnumerable<(ResourceKind Kind, JsonObject Document)> IssuerDiscovery()
    {
        var role = New(RbacKinds.ClusterRole, Bootstrap(Metadata(DiscoveryRole)));
        role["rules"] = new JsonArray(new JsonObject { ["verbs"] = new JsonArray("get"), ["nonResourceURLs"] = new JsonArray("/.well-known", "/.well-known/*") });
        yield return (RbacKinds.ClusterRole, role);

        var binding = New(RbacKinds.ClusterRoleBinding, Bootstrap(Metadata(DiscoveryRole)));
        binding["subjects"] = new JsonArray(new JsonObject { ["kind"] = "Group", ["apiGroup"] = RbacKinds.Group, ["name"] = Authentication.ServiceAccounts.AllGroup });
        binding["roleRef"] = new JsonObject { ["apiGroup"] = RbacKinds.Group, ["kind"] = "ClusterRole", ["name"] = DiscoveryRole };
        yield return (RbacKinds.ClusterRoleBinding, binding);
    }

    private static JsonObject New(ResourceKind kind, JsonObject metadata) => new()
    {
        ["kind"] = kind.Kind,
        ["apiVersion"] = kind.ApiVersion,
        ["metadata"] = metadata,
    };

    private static JsonObject Metadata(string name) => new() { ["name"] = name, ["annotations"] = new JsonObject { [AutoUpdate] = "true" } };

    private static JsonObject Bootstrap(JsonObject metadata)
    {
        metadata["labels"] = new JsonObject { ["kubernetes.io/bootstrapping"] = "rbac-defaults" };
        return metadata;
    }
}
