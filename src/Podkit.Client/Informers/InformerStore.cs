using System.Collections.Immutable;
using Podkit.Client.Resources;
using Podkit.Client.Watching;

namespace Podkit.Client;

/// <summary>Keeps the snapshot and tells what each event changes. One writer; readers take the snapshot without a lock.</summary>
internal sealed class InformerStore<T>(ObjectCodec<T> codec, IEnumerable<InformerIndex<T>> indexes)
    where T : class
{
    private InformerSnapshot<T> _current = new(ImmutableDictionary<ObjectKey, T>.Empty, [.. indexes], null);
    private readonly Tombstones _gone = new();
    private Dictionary<ObjectKey, T>? _collecting;

    public InformerSnapshot<T> Current => Volatile.Read(ref _current);

    public void AddIndex(InformerIndex<T> index)
    {
        var now = _current;
        if (now.Indexes.Any(i => i.Name == index.Name)) throw new ArgumentException($"there is already an index \"{index.Name}\"", nameof(index));
        Publish(now.Items, now.Indexes.Add(index.Rebuild(now.Items)), now.ResourceVersion);
    }

    /// <summary>A list begins: what it brings is collected beside the store.</summary>
    public void Begin() => _collecting = [];

    public void Collect(T item)
    {
        var key = codec.Key(item);

        // What has not changed stays the same object: a relist leaves nothing behind, in memory or in what handlers see.
        if (_current.TryGet(key, out var known) && IsSame(known, item)) item = known;
        _collecting![key] = item;
    }

    /// <summary>The list is complete: the store becomes it, whole.</summary>
    public List<(ObjectKey Key, T? Before, T? After)> Complete(string? version)
    {
        var before = _current.Items;
        var collected = _collecting!;
        _collecting = null;
        _gone.Clear();
        var changes = new List<(ObjectKey, T?, T?)>();
        var builder = before.Count == 0 ? ImmutableDictionary.CreateBuilder<ObjectKey, T>() : before.ToBuilder();
        foreach (var (key, item) in before)
        {
            if (collected.ContainsKey(key)) continue;
            changes.Add((key, item, null));
            builder.Remove(key);
        }

        foreach (var (key, item) in collected)
        {
            before.TryGetValue(key, out var known);
            if (ReferenceEquals(known, item)) continue;
            changes.Add((key, known, item));
            builder[key] = item;
        }

        var items = builder.ToImmutable();
        Publish(items, changes.Count == 0 ? _current.Indexes : [.. _current.Indexes.Select(i => i.Rebuild(items))], version);
        return changes;
    }

    /// <summary>Whether an event is news: not one that came twice, nor one from before what is known.</summary>
    public bool Apply(T item, out ObjectKey key, out T? before)
    {
        key = codec.Key(item);
        if (_current.TryGet(key, out before) ? IsSame(before, item) || IsBefore(item, before) : _gone.IsFromBefore(key, codec.ResourceVersion(item))) return false;
        Change(key, before, item);
        return true;
    }

    public bool Delete(T item, out ObjectKey key, out T? before)
    {
        key = codec.Key(item);
        if (!_current.TryGet(key, out before) || IsBefore(item, before)) return false;
        _gone.Add(key, codec.ResourceVersion(item));
        Change(key, before, null);
        return true;
    }

    public bool IsSameIncarnation(T a, T b) => codec.Uid(a) == codec.Uid(b);

    private void Change(ObjectKey key, T? before, T? after)
    {
        var now = _current;
        var items = after is null ? now.Items.Remove(key) : now.Items.SetItem(key, after);
        var indexes = now.Indexes;
        if (!indexes.IsEmpty) indexes = ImmutableArray.CreateRange(indexes, static (index, change) => index.Change(change.Key, change.Before, change.After), (Key: key, Before: before, After: after));
        Publish(items, indexes, (after is null ? null : codec.ResourceVersion(after)) ?? now.ResourceVersion);
    }

    private void Publish(ImmutableDictionary<ObjectKey, T> items, ImmutableArray<InformerIndex<T>> indexes, string? version) =>
        Volatile.Write(ref _current, new InformerSnapshot<T>(items, indexes, version));

    private bool IsSame(T known, T item) =>
        codec.ResourceVersion(item) is { Length: > 0 } version && version == codec.ResourceVersion(known) && IsSameIncarnation(known, item);

    private bool IsBefore(T item, T known) => ResourceVersions.IsOlder(codec.ResourceVersion(item), codec.ResourceVersion(known));
}
