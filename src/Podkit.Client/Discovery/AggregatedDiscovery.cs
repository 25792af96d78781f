using System.Text.Json;
using Podkit.Model;

namespace Podkit.Client.Discovery;

/// <summary>Reads an <c>APIGroupDiscovery</c> of <c>apidiscovery.k8s.io</c>.</summary>
internal static class AggregatedDiscovery
{
    public static void Add(JsonElement group, List<ResourceKind> found, Dictionary<string, string> failures)
    {
        var name = group.TryGetProperty("metadata", out var metadata) ? DiscoveryReader.Text(metadata, "name") : "";
        foreach (var version in DiscoveryReader.Items(group, "versions"))
        {
            var v = DiscoveryReader.Text(version, "version");
            if (DiscoveryReader.Text(version, "freshness") == "Stale") failures[name.Length == 0 ? v : $"{name}/{v}"] = "the server of this API cannot be reached now: what is known of it is old";
            foreach (var resource in DiscoveryReader.Items(version, "resources"))
            {
                // A resource without a kind has only subresources, such as one that an aggregated API offers for another's objects.
                if (!resource.TryGetProperty("responseKind", out var kind) || DiscoveryReader.Text(kind, "kind").Length == 0) continue;
                found.Add(Read(name, v, resource, DiscoveryReader.Text(kind, "kind")));
            }
        }
    }

    private static ResourceKind Read(string group, string version, JsonElement resource, string kind) => new(
        group, version, DiscoveryReader.Text(resource, "resource"), kind, DiscoveryReader.Text(resource, "singularResource"), DiscoveryReader.Text(resource, "scope") == "Namespaced",
        DiscoveryReader.Texts(resource, "verbs"), DiscoveryReader.Texts(resource, "shortNames"), DiscoveryReader.Texts(resource, "categories"),
        [.. DiscoveryReader.Items(resource, "subresources").Select(Subresource)], []);

    private static SubresourceKind Subresource(JsonElement value)
    {
        value.TryGetProperty("responseKind", out var kind);
        return new SubresourceKind(DiscoveryReader.Text(value, "subresource"), DiscoveryReader.Text(kind, "kind"), DiscoveryReader.Text(kind, "group"), DiscoveryReader.Text(kind, "version"), DiscoveryReader.Texts(value, "verbs"));
    }
}
