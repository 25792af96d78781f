using Podkit.Model;

namespace Podkit.ApiServer.Storage;

/// <summary>
/// Where the objects are: one revision counter over all kinds, optimistic concurrency, snapshots and history.
/// Writes take effect at once and in order; a store that persists does so before it answers.
/// </summary>
internal interface IObjectStore : IObjectReader
{
    /// <summary>Versions below this one have expired.</summary>
    long OldestRevision { get; }

    /// <summary>The newest state of a kind, with the revision of the whole store.</summary>
    Snapshot Current(ResourceKind kind);

    /// <summary>The state of a kind at a revision that is neither expired nor in the future, else null.</summary>
    Snapshot? At(ResourceKind kind, long revision);

    /// <summary>Stores a new object; null when its name is taken.</summary>
    StoredObject? Create(StoredDocument document);

    /// <summary>Replaces an object; null when <paramref name="expected"/> is no longer its newest state.</summary>
    StoredObject? Update(StoredObject expected, StoredDocument document);

    /// <summary>Deletes an object, with its last state; null when <paramref name="expected"/> is no longer its newest state.</summary>
    StoredObject? Delete(StoredObject expected, StoredDocument last);

    /// <summary>The writes to a kind after a revision; null when that has expired.</summary>
    Subscription? Subscribe(ResourceKind kind, long revision);

    /// <summary>The newest state of a kind together with the writes that follow it.</summary>
    (Snapshot Snapshot, Subscription Subscription) SubscribeToCurrent(ResourceKind kind);

    /// <summary>All writes to any kind from now on.</summary>
    Subscription SubscribeToAll();
}
