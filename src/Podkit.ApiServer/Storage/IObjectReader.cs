using Podkit.Model;

namespace Podkit.ApiServer.Storage;

/// <summary>Read access to what is stored, for admission, RBAC and token checks. Thread-safe; every answer is the newest state.</summary>
internal interface IObjectReader
{
    /// <summary>The revision of the newest write.</summary>
    long Revision { get; }

    /// <summary>The object, or null. The namespace is empty or ignored for resources of the cluster.</summary>
    StoredObject? Find(ResourceKind kind, string ns, string name);

    /// <summary>The objects of a namespace (empty for all namespaces), in the order of their keys.</summary>
    IReadOnlyList<StoredObject> List(ResourceKind kind, string ns = "");

    /// <summary>The revision of the newest write to that kind: what was computed from its objects stays right until this changes.</summary>
    long LastChange(ResourceKind kind);
}
