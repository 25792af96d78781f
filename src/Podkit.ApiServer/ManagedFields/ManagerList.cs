using System.Text.Json.Nodes;

namespace Podkit.ApiServer.ManagedFields;

/// <summary>The managers of an object.</summary>
internal sealed class ManagerList
{
    /// <summary>The most managers that updates leave; the oldest are merged.</summary>
    public const int MaxUpdateManagers = 10;

    private const string AncientChanges = "ancient-changes";

    /// <summary>Fields that belong to the server or identify the object: nobody owns them.</summary>
    private static readonly FieldSet Stripped = new[]
    {
        FieldSet.Path("f:apiVersion"), FieldSet.Path("f:kind"), FieldSet.Path("f:metadata"),
        FieldSet.Path("f:metadata", "f:name"), FieldSet.Path("f:metadata", "f:namespace"), FieldSet.Path("f:metadata", "f:creationTimestamp"),
        FieldSet.Path("f:metadata", "f:selfLink"), FieldSet.Path("f:metadata", "f:uid"), FieldSet.Path("f:metadata", "f:clusterName"),
        FieldSet.Path("f:metadata", "f:generation"), FieldSet.Path("f:metadata", "f:managedFields"), FieldSet.Path("f:metadata", "f:resourceVersion"),
    }.Aggregate((a, b) => FieldSet.Union(a, b)!);

    public List<ManagerEntry> Entries { get; } = [];

    public bool IsEmpty => Entries.Count == 0;

    /// <summary>The managers that a document names; null when the list is not one that a server wrote. Takes the nodes out of the list.</summary>
    /// <param name="managedFields">The list, which must not belong to a document that is still needed.</param>
    /// <param name="isTrusted">Whether a server wrote it.</param>
    public static ManagerList? Read(JsonNode? managedFields, bool isTrusted)
    {
        var result = new ManagerList();
        if (managedFields is null) return result;
        if (managedFields is not JsonArray entries) return null;
        var nodes = entries.ToList();
        entries.Clear();
        foreach (var node in nodes)
        {
            if (ManagerEntry.Read(node, isTrusted) is not { } entry) return null;
            var same = result.Entries.FindIndex(x => x.IsSame(entry));
            if (same >= 0) result.Entries[same] = entry;
            else result.Entries.Add(entry);
        }

        return result;
    }

    /// <summary>Writes the list into a document, in order.</summary>
    public void Write(JsonObject document)
    {
        Entries.RemoveAll(x => x.IsEmpty);
        Entries.Sort(ManagerEntry.Compare);
        if (document["metadata"] is not JsonObject metadata)
        {
            if (Entries.Count == 0) return;
            document["metadata"] = metadata = [];
        }

        if (Entries.Count == 0) metadata.Remove("managedFields");
        else metadata["managedFields"] = new JsonArray([.. Entries.Select(x => x.Write())]);
    }

    /// <summary>A set without the fields that nobody owns.</summary>
    public static FieldSet? Strip(FieldSet? set) => FieldSet.Difference(set, Stripped);

    /// <summary>Takes fields from every manager but one.</summary>
    public void TakeFromOthers(FieldSet? fields, ManagerEntry? keeper)
    {
        if (fields is null) return;
        foreach (var entry in Entries)
            if (!ReferenceEquals(entry, keeper)) entry.Remove(fields);
        Entries.RemoveAll(x => x.IsEmpty && !ReferenceEquals(x, keeper));
    }

    /// <summary>Gives a manager fields through an update, and notes the time when there are any.</summary>
    public void Give(ManagerEntry manager, FieldSet? fields, string time)
    {
        if (fields is null) return;
        if (Entries.Find(x => x.IsSame(manager)) is not { } entry) Entries.Add(entry = manager);
        entry.Set = FieldSet.Union(fields, entry.Set);
        entry.Time = time;
    }

    /// <summary>Merges the oldest updates of each version when there are too many.</summary>
    public void Cap()
    {
        var updaters = Entries.Where(x => !x.IsApply).ToList();
        var count = updaters.Count;
        if (count <= MaxUpdateManagers) return;
        updaters.Sort(ManagerEntry.Compare);
        var first = new Dictionary<string, ManagerEntry>(StringComparer.Ordinal);
        foreach (var entry in updaters)
        {
            if (count <= MaxUpdateManagers) break;
            if (first.TryAdd(entry.ApiVersion, entry)) continue;
            Merge(entry, first[entry.ApiVersion]);
            count--;
        }
    }

    private void Merge(ManagerEntry entry, ManagerEntry first)
    {
        var bucket = new ManagerEntry { Manager = AncientChanges, Operation = ManagerEntry.UpdateOperation, ApiVersion = entry.ApiVersion, Subresource = "" };
        if (Entries.Find(x => x.IsSame(bucket)) is { } existing)
        {
            bucket = existing;
        }
        else
        {
            bucket.Set = first.Set;
            Entries.Remove(first);
            Entries.Add(bucket);
        }

        if (ReferenceEquals(entry, bucket)) return;
        bucket.Set = FieldSet.Union(entry.Set, bucket.Set);
        bucket.Time = entry.Time;
        Entries.Remove(entry);
    }
}
