using Podkit.ApiServer.Storage;
using Podkit.Model;

namespace Podkit.ApiServer.Authorization.Rbac;

/// <summary>
/// All bindings by whom they are for, made anew when a binding has changed since. Roles are not indexed: the reader finds
/// them by name, always as they are now.
/// </summary>
internal sealed class BindingIndex(IObjectReader objects)
{
    private Snapshot<SubjectIndex>? cluster;
    private Snapshot<Dictionary<string, SubjectIndex>>? namespaces;

    /// <summary>The bindings of the cluster.</summary>
    public SubjectIndex Cluster => Current(ref cluster, RbacKinds.ClusterRoleBinding, ReadCluster);

    /// <summary>The bindings of a namespace, or null when it has none.</summary>
    public SubjectIndex? Namespace(string ns) => Current(ref namespaces, RbacKinds.RoleBinding, ReadNamespaces).GetValueOrDefault(ns);

    private T Current<T>(ref Snapshot<T>? field, ResourceKind kind, Func<T> read)
        where T : class
    {
        // The version is taken before the objects: a write in between makes the next request read again, never miss it.
        var version = objects.LastChange(kind);
        if (Volatile.Read(ref field) is { } known && known.Version == version) return known.Value;
        var made = new Snapshot<T>(version, read());
        Volatile.Write(ref field, made);
        return made.Value;
    }

    private SubjectIndex ReadCluster()
    {
        var index = new SubjectIndex();
        foreach (var stored in objects.List(RbacKinds.ClusterRoleBinding))
        {
            index.Add("", stored.Name, RbacReader.Binding(stored));
        }

        return index;
    }

    private Dictionary<string, SubjectIndex> ReadNamespaces()
    {
        var indices = new Dictionary<string, SubjectIndex>(StringComparer.Ordinal);
        foreach (var stored in objects.List(RbacKinds.RoleBinding))
        {
            if (!indices.TryGetValue(stored.Namespace, out var index)) indices[stored.Namespace] = index = new SubjectIndex();
            index.Add(stored.Namespace, stored.Name, RbacReader.Binding(stored));
        }

        return indices;
    }

    private sealed record Snapshot<T>(long Version, T Value);
}
