using System.Collections.Concurrent;
using Podkit.Model;

namespace Podkit.ApiServer.Storage;

/// <summary>The store in memory.</summary>
internal sealed class MemoryStore : IObjectStore
{
    /// <summary>
    /// Versions begin here: above what clients take for special (0, 1), and a client that comes with a version from
    /// before the start is told that it has expired, as a server with a long history would.
    /// </summary>
    internal const long FirstRevision = 1000;

    /// <summary>How many writes a subscriber may lie behind.</summary>
    private const int SubscriptionCapacity = 8192;

    private readonly Lock gate = new();
    private readonly History history;
    private readonly ConcurrentDictionary<ResourceKind, Bucket> buckets = new(ReferenceEqualityComparer.Instance);
    private readonly List<Subscription> everything = [];
    private long revision = FirstRevision;

    public MemoryStore(int historyLimit, long historyBytes) => history = new History(FirstRevision, historyLimit, historyBytes);

    public long Revision => Interlocked.Read(ref revision);

    public long OldestRevision
    {
        get
        {
            lock (gate) return history.Oldest;
        }
    }

    public StoredObject? Find(ResourceKind kind, string ns, string name) => BucketOf(kind).Snapshot.Find(kind.Namespaced ? ns : "", name);

    public IReadOnlyList<StoredObject> List(ResourceKind kind, string ns = "") => [.. BucketOf(kind).Snapshot.Objects(kind.Namespaced ? ns : "")];

    public long LastChange(ResourceKind kind) => BucketOf(kind).Snapshot.Revision;

    public Snapshot Current(ResourceKind kind)
    {
        lock (gate) return BucketOf(kind).Snapshot.At(revision);
    }

    public Snapshot? At(ResourceKind kind, long at)
    {
        Snapshot snapshot;
        List<StoreEvent> later;
        lock (gate)
        {
            if (at < history.Oldest || at > revision) return null;
            snapshot = BucketOf(kind).Snapshot;
            later = [.. history.After(at).Where(e => e.Object.Kind == kind)];
        }

        for (var i = later.Count - 1; i >= 0; i--)
            snapshot = later[i].Previous is { } previous ? snapshot.With(previous, at) : snapshot.Without(later[i].Object, at);
        return snapshot.At(at);
    }

    public StoredObject? Create(StoredDocument document)
    {
        lock (gate)
        {
            var bucket = BucketOf(document.Kind);
            if (bucket.Snapshot.Find(document.Namespace, document.Name) is not null) return null;
            return Commit(bucket, document, null, deleted: false);
        }
    }

    public StoredObject? Update(StoredObject expected, StoredDocument document)
    {
        lock (gate)
        {
            var bucket = BucketOf(document.Kind);
            if (!ReferenceEquals(bucket.Snapshot.Find(expected.Namespace, expected.Name), expected)) return null;
            return Commit(bucket, document, expected, deleted: false);
        }
    }

    public StoredObject? Delete(StoredObject expected, StoredDocument last)
    {
        lock (gate)
        {
            var bucket = BucketOf(expected.Kind);
            if (!ReferenceEquals(bucket.Snapshot.Find(expected.Namespace, expected.Name), expected)) return null;
            return Commit(bucket, last, expected, deleted: true);
        }
    }

    public Subscription? Subscribe(ResourceKind kind, long after)
    {
        lock (gate)
        {
            if (after < history.Oldest) return null;
            List<StoreEvent> missed = [.. history.After(after).Where(e => e.Object.Kind == kind)];
            var subscription = new Subscription(this, kind, after, missed.Count + SubscriptionCapacity);
            foreach (var written in missed) subscription.Offer(written);
            BucketOf(kind).Subscriptions.Add(subscription);
            return subscription;
        }
    }

    public (Snapshot Snapshot, Subscription Subscription) SubscribeToCurrent(ResourceKind kind)
    {
        lock (gate)
        {
            var bucket = BucketOf(kind);
            var subscription = new Subscription(this, kind, revision, SubscriptionCapacity);
            bucket.Subscriptions.Add(subscription);
            return (bucket.Snapshot.At(revision), subscription);
        }
    }

    public Subscription SubscribeToAll()
    {
        lock (gate)
        {
            var subscription = new Subscription(this, null, revision, SubscriptionCapacity);
            everything.Add(subscription);
            return subscription;
        }
    }

    /// <summary>Forgets how the objects came to be what they are: versions before the present one have expired.</summary>
    public void ForgetHistory()
    {
        lock (gate) history.Forget(revision);
    }

    internal void Remove(Subscription subscription)
    {
        lock (gate) (subscription.Kind is { } kind ? BucketOf(kind).Subscriptions : everything).Remove(subscription);
    }

    private StoredObject Commit(Bucket bucket, StoredDocument document, StoredObject? previous, bool deleted)
    {
        var next = revision + 1;
        var written = document.At(next);
        bucket.Snapshot = deleted ? bucket.Snapshot.Without(written, next) : bucket.Snapshot.With(written, next);
        Interlocked.Exchange(ref revision, next);
        var happened = new StoreEvent(next, written, previous, deleted);
        history.Add(happened);
        bucket.Subscriptions.RemoveAll(s => !s.Offer(happened));
        everything.RemoveAll(s => !s.Offer(happened));
        return written;
    }

    private Bucket BucketOf(ResourceKind kind) => buckets.GetOrAdd(kind, static _ => new Bucket());

    private sealed class Bucket
    {
        private Snapshot snapshot = Snapshot.Empty;

        public Snapshot Snapshot
        {
            get => Volatile.Read(ref snapshot);
            set => Volatile.Write(ref snapshot, value);
        }

        public List<Subscription> Subscriptions { get; } = [];
    }
}
