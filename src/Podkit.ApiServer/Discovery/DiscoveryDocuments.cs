using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Podkit.Model;

namespace Podkit.ApiServer.Discovery;

/// <summary>What the server tells of its groups and resources, in the old form and in the aggregated one.</summary>
internal static class DiscoveryDocuments
{
    /// <summary>Names and versions of the groups, in the order of discovery; the preferred version comes first.</summary>
    public static IReadOnlyList<(string Name, IReadOnlyList<string> Versions)> Groups { get; } =
    [
        .. ResourceTable.All.Where(r => r.Group.Length > 0)
            .GroupBy(r => r.Group)
            .Select(g => (g.Key, (IReadOnlyList<string>)[.. g.Select(r => r.Version).Distinct().OrderByDescending(v => v, StringComparer.Ordinal)])),
    ];

    public static bool HasGroup(string group) => group.Length == 0 || Groups.Any(g => g.Name == group);

    /// <summary><c>/api</c>.</summary>
    public static JsonObject CoreVersions(string serverAddress) => new()
    {
        ["kind"] = "APIVersions",
        ["versions"] = new JsonArray("v1"),
        ["serverAddressByClientCIDRs"] = new JsonArray(new JsonObject { ["clientCIDR"] = "0.0.0.0/0", ["serverAddress"] = serverAddress }),
    };

    /// <summary><c>/apis</c>.</summary>
    public static JsonObject GroupList() => new()
    {
        ["kind"] = "APIGroupList",
        ["apiVersion"] = "v1",
        ["groups"] = new JsonArray([.. Groups.Select(g => Group(g.Name, g.Versions))]),
    };

    /// <summary><c>/apis/GROUP</c>, or null when there is no such group.</summary>
    public static JsonObject? Group(string name)
    {
        var group = Groups.FirstOrDefault(g => g.Name == name);
        if (group.Name is null) return null;
        var document = new JsonObject { ["kind"] = "APIGroup", ["apiVersion"] = "v1" };
        foreach (var (key, value) in Group(name, group.Versions)) document[key] = value?.DeepClone();
        return document;
    }

    /// <summary><c>/api/v1</c> and <c>/apis/GROUP/VERSION</c>, or null when there is no such version.</summary>
    public static JsonObject? ResourceList(string group, string version)
    {
        var resources = Of(group, version);
        if (resources.Count == 0) return null;
        var document = new JsonObject { ["kind"] = "APIResourceList" };
        if (group.Length > 0) document["apiVersion"] = "v1";
        document["groupVersion"] = group.Length == 0 ? version : $"{group}/{version}";
        document["resources"] = new JsonArray([.. resources.SelectMany(Resources)]);
        return document;
    }

    /// <summary>The aggregated form of <c>/api</c> or <c>/apis</c>.</summary>
    public static JsonObject Aggregated(bool core)
    {
        IEnumerable<(string Name, IReadOnlyList<string> Versions)> groups = core ? [("", ["v1"])] : Groups;
        return new JsonObject
        {
            ["kind"] = "APIGroupDiscoveryList",
            ["apiVersion"] = "apidiscovery.k8s.io/v2",
            ["metadata"] = new JsonObject(),
            ["items"] = new JsonArray([.. groups.Select(g => new JsonObject
            {
                ["metadata"] = g.Name.Length == 0 ? new JsonObject() : new JsonObject { ["name"] = g.Name },
                ["versions"] = new JsonArray([.. g.Versions.Select(v => AggregatedVersion(g.Name, v))]),
            })]),
        };
    }

    private static List<ResourceKind> Of(string group, string version) => [.. ResourceTable.All.Where(r => r.Group == group && r.Version == version)];

    private static JsonObject Group(string name, IReadOnlyList<string> versions) => new()
    {
        ["name"] = name,
        ["versions"] = new JsonArray([.. versions.Select(v => GroupVersion(name, v))]),
        ["preferredVersion"] = GroupVersion(name, versions[0]),
    };

    private static JsonObject GroupVersion(string group, string version) => new() { ["groupVersion"] = $"{group}/{version}", ["version"] = version };

    private static IEnumerable<JsonObject> Resources(ResourceKind kind)
    {
        var resource = new JsonObject { ["name"] = kind.Resource, ["singularName"] = kind.Singular, ["namespaced"] = kind.Namespaced, ["kind"] = kind.Kind, ["verbs"] = Texts(kind.Verbs) };
        AddNames(resource, kind);
        if (kind.Verbs.Contains("create") && kind.Verbs.Contains("get")) resource["storageVersionHash"] = StorageVersionHash(kind);
        yield return resource;
        foreach (var sub in kind.Subresources)
        {
            var document = new JsonObject { ["name"] = $"{kind.Resource}/{sub.Name}", ["singularName"] = "", ["namespaced"] = kind.Namespaced };
            if (sub.Version.Length > 0) (document["group"], document["version"]) = (sub.Group, sub.Version);
            document["kind"] = sub.Kind;
            document["verbs"] = Texts(sub.Verbs);
            yield return document;
        }
    }

    private static JsonObject AggregatedVersion(string group, string version) => new()
    {
        ["version"] = version,
        ["resources"] = new JsonArray([.. Of(group, version).Select(Aggregated)]),
        ["freshness"] = "Current",
    };

    private static JsonObject Aggregated(ResourceKind kind)
    {
        var resource = new JsonObject
        {
            ["resource"] = kind.Resource,
            ["responseKind"] = new JsonObject { ["group"] = "", ["version"] = "", ["kind"] = kind.Kind },
            ["scope"] = kind.Namespaced ? "Namespaced" : "Cluster",
            ["singularResource"] = kind.Singular,
            ["verbs"] = Texts(kind.Verbs),
        };
        AddNames(resource, kind);
        if (kind.Subresources.Count > 0)
        {
            resource["subresources"] = new JsonArray([.. kind.Subresources.Select(s => new JsonObject
            {
                ["subresource"] = s.Name,
                ["responseKind"] = new JsonObject { ["group"] = s.Group, ["version"] = s.Version, ["kind"] = s.Kind },
                ["verbs"] = Texts(s.Verbs),
            })]);
        }

        return resource;
    }

    private static void AddNames(JsonObject resource, ResourceKind kind)
    {
        if (kind.ShortNames.Count > 0) resource["shortNames"] = Texts(kind.ShortNames);
        if (kind.Categories.Count > 0) resource["categories"] = Texts(kind.Categories);
    }

    private static JsonArray Texts(IReadOnlyList<string> texts) => new([.. texts.Select(t => JsonValue.Create(t))]);

    /// <summary>Kinds of the same hash are stored alike: those that several versions serve are stored in one of them.</summary>
    private static string StorageVersionHash(ResourceKind kind)
    {
        var stored = kind switch
        {
            { Group: "autoscaling", Resource: "horizontalpodautoscalers" } => "autoscaling/v2/HorizontalPodAutoscaler",
            { Group: "events.k8s.io", Resource: "events" } => "/v1/Event",
            _ => $"{kind.Group}/{kind.Version}/{kind.Kind}",
        };
        return Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(stored)).AsSpan(0, 8));
    }
}
