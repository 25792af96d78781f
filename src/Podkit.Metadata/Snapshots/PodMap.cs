using System.Collections;
using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Podkit.Metadata;

/// <summary>
/// Labels or annotations: an unchangeable map whose indexer gives the empty string for a missing key, as a Downward API volume and
/// environment do. <see cref="TryGetValue"/> and <see cref="ContainsKey"/> tell missing from empty.
/// </summary>
[SuppressMessage("Naming", "CA1710", Justification = "Kubernetes calls it a map.")]
public sealed class PodMap : IReadOnlyDictionary<string, string>, IEquatable<PodMap>
{
    private readonly FrozenDictionary<string, string> _map;

    /// <summary>Copies a map.</summary>
    /// <param name="map">The map.</param>
    public PodMap(IEnumerable<KeyValuePair<string, string>> map) => _map = map.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The map without an entry.</summary>
    public static PodMap Empty { get; } = new([]);

    /// <inheritdoc/>
    public IEnumerable<string> Keys => _map.Keys;

    /// <inheritdoc/>
    public IEnumerable<string> Values => _map.Values;

    /// <inheritdoc/>
    public int Count => _map.Count;

    /// <summary>The value of a key; the empty string when there is none.</summary>
    /// <param name="key">The key.</param>
    public string this[string key] => _map.TryGetValue(key, out var value) ? value : "";

    /// <inheritdoc/>
    public bool ContainsKey(string key) => _map.ContainsKey(key);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value) => _map.TryGetValue(key, out value);

    /// <summary>Goes through the entries without allocating.</summary>
    public FrozenDictionary<string, string>.Enumerator GetEnumerator() => _map.GetEnumerator();

    IEnumerator<KeyValuePair<string, string>> IEnumerable<KeyValuePair<string, string>>.GetEnumerator() => ((IEnumerable<KeyValuePair<string, string>>)_map).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable)_map).GetEnumerator();

    /// <summary>Whether another map has the same entries.</summary>
    /// <param name="other">The other map.</param>
    public bool Equals(PodMap? other)
    {
        if (ReferenceEquals(this, other)) return true;
        if (other is null || other.Count != Count) return false;
        foreach (var (key, value) in _map)
        {
            if (!other._map.TryGetValue(key, out var theirs) || theirs != value) return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PodMap);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = Count;
        foreach (var (key, value) in _map) hash ^= HashCode.Combine(key, value);
        return hash;
    }
}
