using System.Text.Json.Nodes;
using Podkit.ApiServer.Serialization;
using Podkit.ApiServer.Storage;

namespace Podkit.ApiServer.Controllers;

/// <summary>Who owns whom. Used by one loop alone.</summary>
internal sealed class OwnerIndex
{
    private readonly Dictionary<string, ObjectReference> objects = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, bool>> ownersOf = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> dependentsOf = new(StringComparer.Ordinal);

    public void Clear()
    {
        objects.Clear();
        ownersOf.Clear();
        dependentsOf.Clear();
    }

    /// <summary>Takes notice of an object and its owners.</summary>
    public void Set(StoredObject item)
    {
        objects[item.Uid] = ReferenceOf(item);
        var owners = item.Json.Span.IndexOf("\"ownerReferences\""u8) < 0 ? null : Owners(item.ToJson());
        if (owners is null && !ownersOf.ContainsKey(item.Uid)) return;
        Forget(item.Uid);
        if (owners is null) return;
        ownersOf[item.Uid] = owners;
        foreach (var owner in owners.Keys)
        {
            if (!dependentsOf.TryGetValue(owner, out var dependents)) dependentsOf[owner] = dependents = new(StringComparer.Ordinal);
            dependents.Add(item.Uid);
        }
    }

    public void Remove(StoredObject item)
    {
        objects.Remove(item.Uid);
        Forget(item.Uid);
    }

    public static ObjectReference ReferenceOf(StoredObject item) => new(item.Kind, item.Namespace, item.Name, item.Uid);

    public ObjectReference? Find(string uid) => objects.TryGetValue(uid, out var found) ? found : null;

    public bool HasOwners(string uid) => ownersOf.ContainsKey(uid);

    public IReadOnlyList<string> OwnersOf(string uid) => ownersOf.TryGetValue(uid, out var owners) ? [.. owners.Keys] : [];

    public IReadOnlyList<ObjectReference> DependentsOf(string uid) =>
        dependentsOf.TryGetValue(uid, out var dependents) ? [.. dependents.Where(objects.ContainsKey).Select(d => objects[d])] : [];

    /// <summary>Whether a dependent keeps its owner from going in the foreground.</summary>
    public bool IsBlocking(ObjectReference dependent, string owner) => ownersOf.TryGetValue(dependent.Uid, out var owners) && owners.GetValueOrDefault(owner);

    public static bool IsBeingDeleted(StoredObject item) => item.Json.Span.IndexOf("\"deletionTimestamp\""u8) >= 0 && item.ToJson().Metadata()["deletionTimestamp"] is not null;

    private void Forget(string uid)
    {
        if (!ownersOf.Remove(uid, out var owners)) return;
        foreach (var owner in owners.Keys)
        {
            if (dependentsOf.TryGetValue(owner, out var dependents) && dependents.Remove(uid) && dependents.Count == 0) dependentsOf.Remove(owner);
        }
    }

    private static Dictionary<string, bool>? Owners(JsonObject document)
    {
        var owners = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (var owner in document.ObjectsAt("metadata.ownerReferences")) owners[owner.Text("uid")] = owner.IsTrue("blockOwnerDeletion");
        return owners.Count == 0 ? null : owners;
    }
}
