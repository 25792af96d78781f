using Podkit.Model;

namespace Podkit.Client.Discovery;

/// <summary>What discovery has told, and how names are looked up in it, as kubectl does.</summary>
internal sealed class ResourceIndex(IReadOnlyList<ResourceKind> all, IReadOnlyDictionary<string, string> failures)
{
    public IReadOnlyList<ResourceKind> All => all;

    public IReadOnlyDictionary<string, string> Failures => failures;

    public ResourceKind? FindKind(string apiVersion, string kind) =>
        all.FirstOrDefault(r => r.ApiVersion == apiVersion && r.Kind == kind);

    public ResourceKind? Find(string name)
    {
        if (name.Contains('/', StringComparison.Ordinal)) return FindPath(name.Split('/'));

        // A name may have dots of its own only in its group: the first part is the resource.
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0) return Best(all, name);
        var (resource, rest) = (name[..dot], name[(dot + 1)..]);
        if (Best(all.Where(r => r.Group.Equals(rest, StringComparison.OrdinalIgnoreCase)), resource) is { } inGroup) return inGroup;
        var second = rest.IndexOf('.', StringComparison.Ordinal);
        var (version, group) = second < 0 ? (rest, "") : (rest[..second], rest[(second + 1)..]);
        return Best(all.Where(r => r.Version == version && r.Group.Equals(group, StringComparison.OrdinalIgnoreCase)), resource);
    }

    private ResourceKind? FindPath(string[] parts) => parts.Length switch
    {
        2 => Best(all.Where(r => r.ApiVersion == parts[0]), parts[1]),
        3 => Best(all.Where(r => r.Group == parts[0] && r.Version == parts[1]), parts[2]),
        _ => null,
    };

    /// <summary>Plurals before singulars before short names before kinds.</summary>
    private static ResourceKind? Best(IEnumerable<ResourceKind> among, string name)
    {
        var resources = among as IReadOnlyList<ResourceKind> ?? [.. among];
        return resources.FirstOrDefault(r => Same(r.Resource)) ?? resources.FirstOrDefault(r => Same(r.Singular))
            ?? resources.FirstOrDefault(r => r.ShortNames.Any(Same)) ?? resources.FirstOrDefault(r => Same(r.Kind));

        bool Same(string other) => other.Equals(name, StringComparison.OrdinalIgnoreCase);
    }
}
