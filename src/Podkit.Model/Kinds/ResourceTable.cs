using System.Text.Json;

namespace Podkit.Model;

/// <summary>The table of kinds: every resource of the stable API groups of Kubernetes 1.34.</summary>
public static class ResourceTable
{
    /// <summary>All resources, in the order of discovery.</summary>
    public static IReadOnlyList<ResourceKind> All { get; } = Load();

    private static readonly Dictionary<(string Group, string Version, string Resource), ResourceKind> ByResource =
        All.ToDictionary(r => (r.Group, r.Version, r.Resource));

    private static readonly Dictionary<(string Group, string Version, string Kind), ResourceKind> ByKind =
        All.GroupBy(r => (r.Group, r.Version, r.Kind)).ToDictionary(g => g.Key, g => g.First());

    /// <summary>The resource of that plural name, or null.</summary>
    public static ResourceKind? Find(string group, string version, string resource) => ByResource.GetValueOrDefault((group, version, resource));

    /// <summary>The resource of that kind, or null.</summary>
    public static ResourceKind? FindKind(string group, string version, string kind) => ByKind.GetValueOrDefault((group, version, kind));

    /// <summary>The resource of that kind, with the group and version as <c>apiVersion</c> writes them, or null.</summary>
    public static ResourceKind? FindKind(string apiVersion, string kind)
    {
        var slash = apiVersion.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? FindKind("", apiVersion, kind) : FindKind(apiVersion[..slash], apiVersion[(slash + 1)..], kind);
    }

    /// <summary>The resource of that plural name.</summary>
    /// <exception cref="KeyNotFoundException">There is no such resource.</exception>
    public static ResourceKind Get(string group, string version, string resource) =>
        Find(group, version, resource) ?? throw new KeyNotFoundException($"no resource {resource} in {group}/{version}");

    private static List<ResourceKind> Load()
    {
        using var stream = typeof(ResourceTable).Assembly.GetManifestResourceStream("resources.json")!;
        using var document = JsonDocument.Parse(stream);
        return [.. document.RootElement.EnumerateArray().Select(r => new ResourceKind(
            Text(r, "group"), Text(r, "version"), Text(r, "resource"), Text(r, "kind"), Text(r, "singular"), r.GetProperty("namespaced").GetBoolean(),
            Texts(r, "verbs"), Texts(r, "shortNames"), Texts(r, "categories"),
            [.. Elements(r, "subresources").Select(s => new SubresourceKind(Text(s, "name"), Text(s, "kind"), Text(s, "group"), Text(s, "version"), Texts(s, "verbs")))],
            [.. Elements(r, "columns").Select(c => new TableColumn(Text(c, "name"), Text(c, "type"), Text(c, "format"), c.GetProperty("priority").GetInt32()))]))];
    }

    private static string Text(JsonElement e, string name) => e.TryGetProperty(name, out var v) ? v.GetString() ?? "" : "";

    private static List<string> Texts(JsonElement e, string name) => [.. Elements(e, name).Select(x => x.GetString()!)];

    private static IEnumerable<JsonElement> Elements(JsonElement e, string name) => e.TryGetProperty(name, out var v) ? v.EnumerateArray() : Enumerable.Empty<JsonElement>();
}
