namespace Podkit.ApiServer.Storage;

/// <summary>The newest writes, one a revision, bounded in number and bytes. Not thread-safe: the store locks.</summary>
internal sealed class History(long start, int limit, long byteLimit)
{
    private readonly Queue<StoreEvent> events = new();
    private long bytes;

    /// <summary>Versions below this one have expired: the writes after them are no longer known.</summary>
    public long Oldest { get; private set; } = start;

    public void Add(StoreEvent added)
    {
        events.Enqueue(added);
        bytes += added.Object.Json.Length;
        while (events.Count > limit || bytes > byteLimit)
        {
            var dropped = events.Dequeue();
            bytes -= dropped.Object.Json.Length;
            Oldest = dropped.Revision;
        }
    }

    /// <summary>Forgets all writes up to a revision.</summary>
    public void Forget(long revision)
    {
        events.Clear();
        (bytes, Oldest) = (0, revision);
    }

    /// <summary>The writes after a revision, oldest first.</summary>
    public IEnumerable<StoreEvent> After(long revision) => events.Skip((int)Math.Max(0, revision - Oldest));
}
