using System.Collections.Immutable;

namespace Podkit.Client;

/// <summary>One index at one moment: the objects filed under the values that a function gives of them. An object may be under several, or none.</summary>
internal sealed class InformerIndex<T>(string name, Func<T, IEnumerable<string?>> of, ImmutableDictionary<string, ImmutableDictionary<ObjectKey, T>> filed)
    where T : class
{
    private static readonly ImmutableDictionary<ObjectKey, T> s_none = ImmutableDictionary<ObjectKey, T>.Empty;

    public string Name => name;

    public IEnumerable<string> Values => filed.Keys;

    public static InformerIndex<T> Create(string name, Func<T, IEnumerable<string?>> of) => new(name, of, ImmutableDictionary.Create<string, ImmutableDictionary<ObjectKey, T>>(StringComparer.Ordinal));

    public IReadOnlyCollection<T> Find(string value) => filed.TryGetValue(value, out var found) ? new Bucket(found) : [];

    /// <summary>The index after one change.</summary>
    public InformerIndex<T> Change(ObjectKey key, T? before, T? after)
    {
        var builder = filed;
        if (before is not null)
        {
            foreach (var value in ValuesOf(before))
            {
                if (!builder.TryGetValue(value, out var bucket)) continue;
                bucket = bucket.Remove(key);
                builder = bucket.IsEmpty ? builder.Remove(value) : builder.SetItem(value, bucket);
            }
        }

        if (after is not null)
        {
            foreach (var value in ValuesOf(after)) builder = builder.SetItem(value, builder.GetValueOrDefault(value, s_none).SetItem(key, after));
        }

        return ReferenceEquals(builder, filed) ? this : new InformerIndex<T>(name, of, builder);
    }

    /// <summary>The same index of other objects.</summary>
    public InformerIndex<T> Rebuild(IEnumerable<KeyValuePair<ObjectKey, T>> objects)
    {
        var buckets = new Dictionary<string, ImmutableDictionary<ObjectKey, T>.Builder>(StringComparer.Ordinal);
        foreach (var (key, item) in objects)
        {
            foreach (var value in ValuesOf(item))
            {
                if (!buckets.TryGetValue(value, out var bucket)) buckets[value] = bucket = s_none.ToBuilder();
                bucket[key] = item;
            }
        }

        return new InformerIndex<T>(name, of, buckets.ToImmutableDictionary(b => b.Key, b => b.Value.ToImmutable(), StringComparer.Ordinal));
    }

    private IEnumerable<string> ValuesOf(T item) => of(item).Where(v => v is not null).Select(v => v!);

    private sealed class Bucket(ImmutableDictionary<ObjectKey, T> objects) : IReadOnlyCollection<T>
    {
        public int Count => objects.Count;

        public IEnumerator<T> GetEnumerator() => objects.Values.GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
