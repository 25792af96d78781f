using System.Text.Json.Nodes;
using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Hosting;
using Podkit.ApiServer.Operations;
using Podkit.ApiServer.Requests;
using Podkit.ApiServer.Serialization;
using Podkit.ApiServer.Storage;
using Podkit.Model;

namespace Podkit.ApiServer.Controllers;

/// <summary>Deletes objects whose owners have gone, and carries out foreground and orphaning deletion.</summary>
internal sealed class GarbageCollector(ServerServices services) : IController
{
    private const string Foreground = "foregroundDeletion";
    private const string Orphan = "orphan";
    private readonly OwnerIndex index = new();

    public string Name => "garbage-collector";

    public DateTimeOffset? Due => null;

    public void Resync()
    {
        index.Clear();
        var all = ResourceTable.All.Where(r => r.Verbs.Contains("delete")).SelectMany(kind => services.Store.List(kind)).ToList();
        foreach (var item in all) index.Set(item);
        foreach (var item in all) Consider(item);
    }

    public void Handle(StoreEvent written)
    {
        if (!written.Deleted)
        {
            index.Set(written.Object);
            Consider(written.Object);
            return;
        }

        var owners = index.OwnersOf(written.Object.Uid);
        index.Remove(written.Object);
        foreach (var dependent in index.DependentsOf(written.Object.Uid)) CheckOwners(dependent);
        foreach (var owner in owners) FinishForeground(owner);
    }

    public void Tick()
    {
    }

    private void Consider(StoredObject item)
    {
        if (index.HasOwners(item.Uid)) CheckOwners(OwnerIndex.ReferenceOf(item));
        if (!OwnerIndex.IsBeingDeleted(item)) return;
        var finalizers = item.ToJson().Metadata().Texts("finalizers");
        if (finalizers.Contains(Orphan)) OrphanDependents(item);
        if (!finalizers.Contains(Foreground)) return;
        foreach (var dependent in index.DependentsOf(item.Uid)) Delete(dependent, index.IsBlocking(dependent, item.Uid) ? "Foreground" : "Background");
        FinishForeground(item.Uid);
    }

    /// <summary>Deletes an object none of whose owners is there.</summary>
    private void CheckOwners(ObjectReference reference)
    {
        if (Find(reference) is not { } item) return;
        var owners = item.ToJson().ObjectsAt("metadata.ownerReferences").ToList();
        if (owners.Count > 0 && !owners.Any(o => Exists(o, item.Namespace))) Delete(reference, null);
    }

    private bool Exists(JsonObject owner, string ns)
    {
        if (ResourceTable.FindKind(owner.Text("apiVersion"), owner.Text("kind")) is not { } kind) return true;
        return services.Store.Find(kind, kind.Namespaced ? ns : "", owner.Text("name"))?.Uid == owner.Text("uid");
    }

    /// <summary>Lets go of an owner when nothing that blocks its deletion is left.</summary>
    private void FinishForeground(string ownerUid)
    {
        if (index.Find(ownerUid) is not { } reference || Find(reference) is not { } owner || !OwnerIndex.IsBeingDeleted(owner)) return;
        if (index.DependentsOf(ownerUid).Any(d => index.IsBlocking(d, ownerUid) && Find(d) is not null)) return;
        RemoveFinalizer(owner, Foreground);
    }

    private void OrphanDependents(StoredObject owner)
    {
        foreach (var reference in index.DependentsOf(owner.Uid))
        {
            if (Find(reference) is not { } dependent) continue;
            var document = dependent.ToJson();
            var rest = document.ObjectsAt("metadata.ownerReferences").Where(o => o.Text("uid") != owner.Uid).Select(o => o.DeepClone()).ToArray();
            if (rest.Length == 0) document.Metadata().Remove("ownerReferences");
            else document.Metadata()["ownerReferences"] = new JsonArray(rest);
            if (services.Store.Update(dependent, StoredDocument.Of(dependent.Kind, document)) is { } written) index.Set(written);
        }

        RemoveFinalizer(owner, Orphan);
    }

    private void RemoveFinalizer(StoredObject item, string finalizer)
    {
        var document = item.ToJson();
        var metadata = document.Metadata();
        var finalizers = metadata.Texts("finalizers");
        if (!finalizers.Contains(finalizer)) return;
        var rest = finalizers.Where(f => f != finalizer).ToList();
        if (rest.Count == 0) metadata.Remove("finalizers");
        else metadata["finalizers"] = new JsonArray([.. rest.Select(f => JsonValue.Create(f))]);
        var isDone = rest.Count == 0 && metadata.Number("deletionGracePeriodSeconds") is null or 0 && item.Kind != Kinds.Namespaces;
        var stored = StoredDocument.Of(item.Kind, document);
        if (isDone) services.Store.Delete(item, stored);
        else services.Store.Update(item, stored);
    }

    private void Delete(ObjectReference reference, string? policy)
    {
        if (Find(reference) is not { } item || OwnerIndex.IsBeingDeleted(item)) return;
        try
        {
            ObjectDeleter.Delete(services, SystemContext.Of(services, item), new DeleteOptions { PropagationPolicy = policy, Uid = item.Uid });
        }
        catch (ApiException e) when (e.Reason is "NotFound" or "Conflict")
        {
            // It has gone meanwhile, or was replaced by another of its name.
        }
    }

    private StoredObject? Find(ObjectReference reference) =>
        services.Store.Find(reference.Kind, reference.Namespace, reference.Name) is { } found && found.Uid == reference.Uid ? found : null;
}
