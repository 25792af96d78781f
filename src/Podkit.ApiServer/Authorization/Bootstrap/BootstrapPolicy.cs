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
        foreach (var fact in JsonNode.Parse(stream)!.AsArray()) yield return Document((JsonObject)fact!);
        foreach (var addition in IssuerDiscovery()) yield return addition;
    }

    private static (ResourceKind Kind, JsonObject Document) Document(JsonObject fact)
    {
        var kind = ResourceTable.FindKind(RbacKinds.Group, "v1", (string)fact["kind"]!)!;
        var metadata = Metadata((string)fact["name"]!);
        if (fact["namespace"] is { } ns) metadata["namespace"] = (string)ns!;
        metadata["labels"] = fact["labels"]!.DeepClone();
        var document = New(kind, metadata);
        foreach (var field in new[] { "aggregationRule", "rules", "subjects", "roleRef" })
        {
            if (fact[field] is { } value) document[field] = value.DeepClone();
        }

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
