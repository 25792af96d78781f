using System.Collections;

namespace Podkit.Client;

/// <summary>A whole list.</summary>
/// <typeparam name="T">The type of the objects.</typeparam>
public sealed class ResourceList<T> : IReadOnlyList<T>
    where T : class
{
    private readonly IReadOnlyList<T> _items;

    internal ResourceList(IReadOnlyList<T> items, string? resourceVersion) => (_items, ResourceVersion) = (items, resourceVersion);

    /// <summary>The version of the whole list: Kubernetes promises that a watch from here misses nothing. Opaque: compare for equality only.</summary>
    public string? ResourceVersion { get; }

    /// <inheritdoc/>
    public int Count => _items.Count;

    /// <inheritdoc/>
    public T this[int index] => _items[index];

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => _items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
