using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Podkit.Client.Watching;

/// <summary>
/// Gives equal short texts as one string: the objects of a resource say the same words over and over (label keys, image names, phases, node names).
/// A table of a fixed size in which the newest word wins, read and written without a lock: a string is whole or not there. Never used for objects
/// whose words are secrets.
/// </summary>
internal sealed class PooledStrings
{
    private const int Size = 8192;
    private const int LongestBytes = 96;

    private readonly string?[] _words = new string?[Size];

    public string Get(ref Utf8JsonReader reader)
    {
        if (reader.HasValueSequence || reader.ValueIsEscaped || reader.ValueSpan.Length > LongestBytes) return reader.GetString()!;
        var bytes = reader.ValueSpan;
        if (bytes.IsEmpty) return "";
        ref var slot = ref _words[Hash(bytes) & (Size - 1)];
        var word = Volatile.Read(ref slot);
        if (word is not null && word.Length == bytes.Length && Ascii.Equals(bytes, word)) return word;
        word = reader.GetString()!;
        Volatile.Write(ref slot, word);
        return word;
    }

    private static int Hash(ReadOnlySpan<byte> bytes)
    {
        ulong hash = (uint)bytes.Length;
        while (bytes.Length >= 8)
        {
            hash = (BitOperations.RotateLeft(hash, 27) ^ MemoryMarshal.Read<ulong>(bytes)) * 0x9E3779B97F4A7C15;
            bytes = bytes[8..];
        }

        ulong rest = 0;
        for (var i = 0; i < bytes.Length; i++) rest |= (ulong)bytes[i] << (i * 8);
        hash = (BitOperations.RotateLeft(hash, 27) ^ rest) * 0x9E3779B97F4A7C15;
        return (int)(hash >> 40);
    }
}

/// <summary>Reads strings through a pool; as values and as the keys of maps.</summary>
internal sealed class PooledStringConverter(PooledStrings pool) : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.String => pool.Get(ref reader),
        JsonTokenType.Null => null,
        _ => throw new JsonException($"expected a string, found {reader.TokenType}"),
    };

    public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => pool.Get(ref reader);

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WritePropertyName(value);
}
