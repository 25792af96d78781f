using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Podkit.Client;

/// <summary>
/// All objects of an informer at one moment, with their indexes: immutable, so what is read from one snapshot fits together however long it takes,
/// and reading takes no lock. As in client-go, the objects are shared by everyone who reads them: never change one; copy it first.
/// </summary>
/// <typeparam name="T">The type of the objects.</typeparam>
public sealed class InformerSnapshot<T>
    where T : class
{
    private readonly ImmutableDictionary<ObjectKey, T> _objects;
    private readonly ImmutableArray<InformerIndex<T>> _indexes;

    internal InformerSnapshot(ImmutableDictionary<ObjectKey, T> objects, ImmutableArray<InformerIndex<T>> indexes, string? version)
    {
        (_objects, _indexes, ResourceVersion) = (objects, indexes, version);
    }

    /// <summary>How many objects there are.</summary>
    public int Count => _objects.Count;

    /// <summary>The keys of the objects, in no order.</summary>
    public IEnumerable<ObjectKey> Keys => _objects.Keys;

    /// <summary>The objects, in no order.</summary>
    public IEnumerable<T> Objects => _objects.Values;

    /// <summary>The version of the list or of the last change that the snapshot contains; null before the first list.</summary>
    public string? ResourceVersion { get; }

    internal ImmutableDictionary<ObjectKey, T> Items => _objects;

    internal ImmutableArray<InformerIndex<T>> Indexes => _indexes;

    /// <summary>An object, or null when there is none.</summary>
    /// <param name="key">Its key.</param>
    public T? Find(ObjectKey key) => _objects.GetValueOrDefault(key);

    /// <summary>An object, or null when there is none.</summary>
    /// <param name="ns">Its namespace; null for an object of the cluster.</param>
    /// <param name="name">Its name.</param>
    public T? Find(string? ns, string name) => Find(ObjectKey.From(ns, name));

    /// <summary>Looks for an object.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="value">The object.</param>
    public bool TryGet(ObjectKey key, [NotNullWhen(true)] out T? value) => _objects.TryGetValue(key, out value);

    /// <summary>The objects that an index files under a value; reading them costs nothing but the walk.</summary>
    /// <param name="index">The name of the index.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="ArgumentException">There is no such index.</exception>
    public IReadOnlyCollection<T> ByIndex(string index, string value) => Index(index).Find(value);

    /// <summary>The values that an index files objects under.</summary>
    /// <param name="index">The name of the index.</param>
    /// <exception cref="ArgumentException">There is no such index.</exception>
    public IEnumerable<string> IndexValues(string index) => Index(index).Values;

    private InformerIndex<T> Index(string name)
    {
        foreach (var index in _indexes)
        {
            if (index.Name == name) return index;
        }

        throw new ArgumentException($"the informer has no index \"{name}\": there {(_indexes.IsEmpty ? "is none" : $"are {string.Join(", ", _indexes.Select(i => i.Name))}")}; add it with AddIndex", nameof(name));
    }
}
