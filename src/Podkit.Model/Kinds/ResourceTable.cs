using System.Text.Json;

namespace Podkit.Model;

/// <summary>The table of kinds: every resource of the stable API groups of Kubernetes 1.34.</summary>
public static class ResourceTable
{
    /// <summary>All resources, in the order of discovery.</summary>
    public static IReadOnlyList<ResourceKind> All { get; } = Load();

    // Keys are strings: dictionaries of tuples are compiled at the start of every program.
    private static readonly Dictionary<string, ResourceKind> ByResource = Index(r => r.Resource);
    private static readonly Lazy<Dictionary<string, ResourceKind>> ByKind = new(() => Index(r => r.Kind));

    /// <summary>The resource of that plural name, or null.</summary>
    public static ResourceKind? Find(string group, string version, string resource) => ByResource.GetValueOrDefault(Key(group, version, resource));

    /// <summary>The resource of that kind, or null.</summary>
    public static ResourceKind? FindKind(string group, string version, string kind) => ByKind.Value.GetValueOrDefault(Key(group, version, kind));

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

    /// <summary>The first resource of each name.</summary>
    private static Dictionary<string, ResourceKind> Index(Func<ResourceKind, string> name)
    {
        var index = new Dictionary<string, ResourceKind>(All.Count, StringComparer.Ordinal);
        foreach (var resource in All) index.TryAdd(Key(resource.Group, resource.Version, name(resource)), resource);
        return index;
    }

    private static string Key(string group, string version, string name) => string.Concat(group, "/", version, "/" + name);

    private static List<ResourceKind> Load()
    {
        using var stream = typeof(ResourceTable).Assembly.GetManifestResourceStream("resources.json")!;
        using var document = JsonDocument.Parse(stream);
        return Items(document.RootElement, static r => new ResourceKind(
            Text(r, "group"), Text(r, "version"), Text(r, "resource"), Text(r, "kind"), Text(r, "singular"), r.GetProperty("namespaced").GetBoolean(),
            Texts(r, "verbs"), Texts(r, "shortNames"), Texts(r, "categories"),
            List(r, "subresources", static s => new SubresourceKind(Text(s, "name"), Text(s, "kind"), Text(s, "group"), Text(s, "version"), Texts(s, "verbs"))),
            List(r, "columns", static c => new TableColumn(Text(c, "name"), Text(c, "type"), Text(c, "format"), c.GetProperty("priority").GetInt32()))));
    }

    private static string Text(JsonElement e, string name) => e.TryGetProperty(name, out var v) ? v.GetString() ?? "" : "";

    private static List<string> Texts(JsonElement e, string name) => List(e, name, static x => x.GetString()!);

    private static List<T> List<T>(JsonElement e, string name, Func<JsonElement, T> read) => e.TryGetProperty(name, out var v) ? Items(v, read) : [];

    // Not by Linq: over a struct it is compiled at the start of every program.
    private static List<T> Items<T>(JsonElement array, Func<JsonElement, T> read)
    {
        var items = new List<T>(array.GetArrayLength());
        foreach (var item in array.EnumerateArray()) items.Add(read(item));
        return items;
    }
}
