using System.Text.Json;
using Podkit.Model;

namespace Podkit.Client.Discovery;

/// <summary>Reads an <c>APIResourceList</c>: subresources are rows of their own, named <c>resource/subresource</c>.</summary>
internal static class LegacyDiscovery
{
    public static void Add(string groupVersion, JsonElement list, List<ResourceKind> found)
    {
        var slash = groupVersion.IndexOf('/', StringComparison.Ordinal);
        var (group, version) = slash < 0 ? ("", groupVersion) : (groupVersion[..slash], groupVersion[(slash + 1)..]);
        var rows = DiscoveryReader.Items(list, "resources").ToLookup(r => DiscoveryReader.Text(r, "name").Split('/')[0]);
        foreach (var resource in rows)
        {
            if (!resource.Any(r => DiscoveryReader.Text(r, "name") == resource.Key)) continue;
            var row = resource.First(r => DiscoveryReader.Text(r, "name") == resource.Key);
            found.Add(new ResourceKind(
                group, version, resource.Key, DiscoveryReader.Text(row, "kind"), Singular(row), row.TryGetProperty("namespaced", out var n) && n.ValueKind == JsonValueKind.True,
                DiscoveryReader.Texts(row, "verbs"), DiscoveryReader.Texts(row, "shortNames"), DiscoveryReader.Texts(row, "categories"),
                [.. resource.Where(r => DiscoveryReader.Text(r, "name") != resource.Key).Select(Subresource)], []));
        }
    }

    private static string Singular(JsonElement row) => DiscoveryReader.Text(row, "singularName") is { Length: > 0 } singular ? singular : DiscoveryReader.Text(row, "kind").ToLowerInvariant();

    private static SubresourceKind Subresource(JsonElement row)
    {
        var name = DiscoveryReader.Text(row, "name");
        return new SubresourceKind(name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..], DiscoveryReader.Text(row, "kind"), DiscoveryReader.Text(row, "group"), DiscoveryReader.Text(row, "version"), DiscoveryReader.Texts(row, "verbs"));
    }
}
