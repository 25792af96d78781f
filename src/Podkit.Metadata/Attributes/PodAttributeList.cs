using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;

namespace Podkit.Metadata;

/// <summary>
/// Attributes of one state of a pod, unchangeable. Going through it allocates nothing, as an interface neither, once it was done before.
/// </summary>
/// <remarks>
/// As a logging scope it has two texts. What writes a scope as text takes <see cref="ToString(string, IFormatProvider)"/>, as all formatting does:
/// <c>k8s.pod.name:web-1 k8s.pod.label.env:production</c>. The JSON console writes the attributes themselves and <see cref="ToString()"/> beside
/// them, which would say everything twice in every line: it is short.
/// </remarks>
[SuppressMessage("Naming", "CA1710", Justification = "It is what it says, a list of attributes.")]
public sealed class PodAttributeList : IReadOnlyList<KeyValuePair<string, object?>>, IFormattable
{
    private readonly KeyValuePair<string, object?>[] _items;
    private readonly string _text;
    private Enumerator? _spare;

    internal PodAttributeList(KeyValuePair<string, object?>[] items)
    {
        _items = items;
        _text = string.Join(' ', items.Select(i => $"{i.Key}:{i.Value}"));
        JsonMembers = string.Join(',', items.Select(i => $"\"{Encode(i.Key)}\":\"{Encode(i.Value)}\""));
    }

    /// <summary>
    /// The attributes as members of a JSON object, encoded, without braces: <c>"k8s.pod.name":"web-1","k8s.pod.label.env":"production"</c>. For
    /// what writes lines of JSON itself.
    /// </summary>
    public string JsonMembers { get; }

    /// <inheritdoc/>
    public int Count => _items.Length;

    /// <inheritdoc/>
    public KeyValuePair<string, object?> this[int index] => _items[index];

    /// <summary>The attributes side by side.</summary>
    public ReadOnlySpan<KeyValuePair<string, object?>> AsSpan() => _items;

    /// <summary>Goes through the attributes.</summary>
    public ReadOnlySpan<KeyValuePair<string, object?>>.Enumerator GetEnumerator() => AsSpan().GetEnumerator();

    /// <summary>A short name of what this is: <c>pod</c>.</summary>
    public override string ToString() => "pod";

    /// <summary>The attributes as text: <c>k8s.pod.name:web-1 k8s.pod.label.env:production</c>.</summary>
    /// <param name="format">Not used.</param>
    /// <param name="formatProvider">Not used.</param>
    public string ToString(string? format, IFormatProvider? formatProvider) => _text;

    IEnumerator<KeyValuePair<string, object?>> IEnumerable<KeyValuePair<string, object?>>.GetEnumerator()
    {
        var enumerator = Interlocked.Exchange(ref _spare, null) ?? new Enumerator(this);
        enumerator.Begin();
        return enumerator;
    }

    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable<KeyValuePair<string, object?>>)this).GetEnumerator();

    private static JsonEncodedText Encode(object? text) => JsonEncodedText.Encode(Convert.ToString(text, CultureInfo.InvariantCulture) ?? "");

    internal bool IsSame(PodAttributeList other) => _items.AsSpan().SequenceEqual(other._items);

    /// <summary>Formatters go through scopes as interfaces, for every line: the last enumerator is used again.</summary>
    private sealed class Enumerator(PodAttributeList list) : IEnumerator<KeyValuePair<string, object?>>
    {
        private int _index;
        private bool _isOpen;

        public KeyValuePair<string, object?> Current => list._items[_index];

        object IEnumerator.Current => Current;

        public void Begin() => (_index, _isOpen) = (-1, true);

        public bool MoveNext() => _isOpen && ++_index < list._items.Length;

        public void Reset() => _index = -1;

        public void Dispose()
        {
            if (!_isOpen) return;
            _isOpen = false;
            Volatile.Write(ref list._spare, this);
        }
    }
}
