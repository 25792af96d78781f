using System.Collections.Immutable;

namespace Podkit.ApiServer.Storage;

/// <summary>The objects of one kind at one revision. Immutable: a list can take its time.</summary>
internal sealed class Snapshot(long revision, ImmutableDictionary<string, ImmutableSortedDictionary<string, StoredObject>> namespaces)
{
    private static readonly ImmutableSortedDictionary<string, StoredObject> NoObjects = ImmutableSortedDictionary.Create<string, StoredObject>(StringComparer.Ordinal);

    public static Snapshot Empty { get; } = new(0, ImmutableDictionary.Create<string, ImmutableSortedDictionary<string, StoredObject>>(StringComparer.Ordinal));

    public long Revision { get; } = revision;

    public StoredObject? Find(string ns, string name) =>
        namespaces.TryGetValue(ns, out var objects) && objects.TryGetValue(name, out var found) ? found : null;

    /// <summary>The objects of a namespace, or of all when it is empty, in the order of their keys (<c>namespace/name</c>).</summary>
    /// <param name="ns">The namespace; empty for all, and for resources of the cluster.</param>
    public IEnumerable<StoredObject> Objects(string ns)
    {
        if (ns.Length > 0) return namespaces.GetValueOrDefault(ns, NoObjects).Values;
        return namespaces.Count == 1
            ? namespaces.First().Value.Values
            : namespaces.OrderBy(p => p.Key + "/", StringComparer.Ordinal).SelectMany(p => p.Value.Values);
    }

    /// <summary>How many objects there are in a namespace, or in all when it is empty.</summary>
    public int Count(string ns) => ns.Length > 0 ? namespaces.GetValueOrDefault(ns, NoObjects).Count : namespaces.Values.Sum(n => n.Count);

    public Snapshot With(StoredObject added, long at) =>
        new(at, namespaces.SetItem(added.Namespace, namespaces.GetValueOrDefault(added.Namespace, NoObjects).SetItem(added.Name, added)));

    public Snapshot Without(StoredObject removed, long at)
    {
        var rest = namespaces.GetValueOrDefault(removed.Namespace, NoObjects).Remove(removed.Name);
        return new(at, rest.IsEmpty ? namespaces.Remove(removed.Namespace) : namespaces.SetItem(removed.Namespace, rest));
    }

    public Snapshot At(long at) => new(at, namespaces);
}
