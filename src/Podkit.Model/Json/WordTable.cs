using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Podkit.Model.Json;

/// <summary>
/// Gives equal short texts as one string: the objects of a resource say the same words over and over (label keys, image names, phases, node names).
/// A table of a fixed size in which the newest word wins, read and written without a lock: a string is whole or not there. Never used for objects
/// whose words are secrets.
/// </summary>
internal sealed class WordTable
{
    private const int Size = 8192;
    private const int LongestBytes = 160;

    private static WordTable? s_shared;

    private readonly string?[] _words = new string?[Size];

    /// <summary>One for all: the words of Kubernetes are the same in objects of every kind.</summary>
    public static WordTable Shared => LazyInitializer.EnsureInitialized(ref s_shared);

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

    private static ulong Mix(ulong hash, ulong bytes) => (BitOperations.RotateLeft(hash, 27) ^ bytes) * 0x9E3779B97F4A7C15;

    private static int Hash(ReadOnlySpan<byte> bytes)
    {
        ulong hash = (uint)bytes.Length;
        var rest = bytes;
        while (rest.Length > 8)
        {
            hash = Mix(hash, MemoryMarshal.Read<ulong>(rest));
            rest = rest[8..];
        }

        // The last bytes in one or two reads, some of them twice rather than one by one.
        var last = bytes.Length >= 8 ? MemoryMarshal.Read<ulong>(bytes[^8..])
            : bytes.Length >= 4 ? MemoryMarshal.Read<uint>(bytes) | ((ulong)MemoryMarshal.Read<uint>(bytes[^4..]) << 32)
            : bytes[0] | ((uint)bytes[bytes.Length >> 1] << 8) | ((uint)bytes[^1] << 16);
        return (int)(Mix(hash, last) >> 40);
    }
}
