using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Podkit.Model.Meta.V1;

namespace Podkit.Model.Json;

/// <summary>
/// Reads the API types token by token, by code that was generated for each: the same objects as by their <see cref="KubernetesJson"/> metadata, three times
/// as quickly. What is not valid throws a <see cref="JsonException"/> that says neither where nor what: for that, read again by the metadata.
/// </summary>
public sealed partial class ModelReader
{
    private const int InPlace = 4;

    private readonly WordTable? _words;

    /// <summary>A way to read.</summary>
    /// <param name="skipManagedFields">Whether <c>metadata.managedFields</c> is passed over.</param>
    /// <param name="shareWords">Whether equal short texts become one string, also with what was read before: not for objects whose texts are secrets.</param>
    public ModelReader(bool skipManagedFields, bool shareWords)
    {
        SkipManagedFields = skipManagedFields;
        _words = shareWords ? WordTable.Shared : null;
    }

    /// <summary>Whether <c>metadata.managedFields</c> is passed over.</summary>
    public bool SkipManagedFields { get; }

    /// <summary>Reads a value.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="reader">A reader of a whole text that has read the value's first token.</param>
    /// <param name="read">The type's <see cref="IResource{TSelf}.Reader"/>.</param>
    /// <exception cref="JsonException">The text is not valid for the type.</exception>
    public T? Read<T>(ref Utf8JsonReader reader, ModelRead<T> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        try
        {
            return read(ref reader, this);
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException)
        {
            throw new JsonException("a value is not of its field's type");
        }
    }

    /// <summary>Reads the metadata of an object.</summary>
    /// <inheritdoc cref="Read{T}"/>
    public ObjectMeta? ReadMetadata(ref Utf8JsonReader reader) => Read(ref reader, ObjectMeta.Read);

    /// <summary>Reads the metadata of a list.</summary>
    /// <inheritdoc cref="Read{T}"/>
    public ListMeta? ReadListMetadata(ref Utf8JsonReader reader) => Read(ref reader, ListMeta.Read);

    /// <summary>Reads a string, or null, that others may have said before.</summary>
    /// <param name="reader">A reader that has read the string, or the name of a property.</param>
    /// <exception cref="JsonException">It is no string.</exception>
    public string? ReadWord(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName or JsonTokenType.Null)) throw new JsonException("expected a string");
        return Read(ref reader, static (ref Utf8JsonReader r, ModelReader m) => m.Text(ref r));
    }

    internal static bool Begin(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.StartObject => true,
        JsonTokenType.Null => false,
        _ => throw new JsonException("expected an object"),
    };

    /// <summary>Goes on to the value of the object's next property; false at the object's end.</summary>
    internal static bool Next(ref Utf8JsonReader reader, out ReadOnlySpan<byte> name)
    {
        if (!reader.Read()) throw new JsonException("expected the rest of an object");
        if (reader.TokenType == JsonTokenType.EndObject)
        {
            name = default;
            return false;
        }

        name = reader.ValueIsEscaped || reader.HasValueSequence ? Encoding.UTF8.GetBytes(reader.GetString()!) : reader.ValueSpan;
        return reader.Read() ? true : throw new JsonException("expected the value of a property");
    }

    /// <summary>Tells most names of a type apart; the generator computes the same.</summary>
    internal static int Key(ReadOnlySpan<byte> name) => name.IsEmpty ? 0 : name.Length | (name[0] << 8) | (name[name.Length >> 1] << 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> expected) => name.SequenceEqual(expected);

    internal static bool IsNull(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.Null;

    internal string? Text(ref Utf8JsonReader reader) => _words is { } words && reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName ? words.Get(ref reader) : reader.GetString();

    internal static byte[]? Bytes(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.Null ? null : reader.GetBytesFromBase64();

    internal Quantity Quantity(ref Utf8JsonReader reader) => QuantityConverter.Of(reader.TokenType == JsonTokenType.Number ? QuantityConverter.Digits(ref reader) : Text(ref reader) ?? "");

    internal IntOrString IntOrString(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Number ? new IntOrString(reader.GetInt32()) : new IntOrString(Text(ref reader) ?? "");

    internal List<string>? Texts(ref Utf8JsonReader reader) => List(ref reader, static (ref Utf8JsonReader r, ModelReader m) => m.Text(ref r));

    /// <summary>Most lists are short: their items wait on the stack until it is known how many they are.</summary>
    internal List<T>? List<T>(ref Utf8JsonReader reader, ModelRead<T> read)
    {
        if (reader.TokenType == JsonTokenType.Null) return null;
        if (reader.TokenType != JsonTokenType.StartArray) throw new JsonException("expected a list");
        if (!Item(ref reader, read, out var first)) return [];
        if (!Item(ref reader, read, out var second)) return [first];
        if (!Item(ref reader, read, out var third)) return [first, second];
        if (!Item(ref reader, read, out var fourth)) return [first, second, third];
        var list = new List<T>(InPlace) { first, second, third, fourth };
        while (Item(ref reader, read, out var item)) list.Add(item);
        if (list.Capacity > list.Count + (list.Count / 4)) list.TrimExcess();
        return list;
    }

    internal Dictionary<string, string>? TextMap(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null) return null;
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("expected a map");
        var map = new Dictionary<string, string>();
        while (NextKey(ref reader, out var key)) map[key] = Text(ref reader)!;
        return map;
    }

    internal Dictionary<string, T>? Map<T>(ref Utf8JsonReader reader, ModelRead<T> read)
    {
        if (reader.TokenType == JsonTokenType.Null) return null;
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("expected a map");
        var map = new Dictionary<string, T>();
        while (NextKey(ref reader, out var key)) map[key] = read(ref reader, this)!;
        return map;
    }

    private bool NextKey(ref Utf8JsonReader reader, out string key)
    {
        key = "";
        if (!reader.Read()) throw new JsonException("expected the rest of a map");
        if (reader.TokenType == JsonTokenType.EndObject) return false;
        key = Text(ref reader)!;
        return reader.Read() ? true : throw new JsonException("expected the value of a key");
    }

    private bool Item<T>(ref Utf8JsonReader reader, ModelRead<T> read, out T item)
    {
        item = default!;
        if (!reader.Read()) throw new JsonException("expected the rest of a list");
        if (reader.TokenType == JsonTokenType.EndArray) return false;
        item = read(ref reader, this)!;
        return true;
    }
}
