using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Podkit.Model.Json;

/// <summary>
/// What Kubernetes keeps unknown, as it was read until somebody asks for it: every object that was applied or written by a controller carries managed fields,
/// of which nearly nobody asks.
/// </summary>
internal struct LazyNode
{
    private static readonly JsonDocumentOptions s_read = new() { MaxDepth = 10_000 };

    private object? _value;

    private LazyNode(object? value) => _value = value;

    /// <summary>The node; whoever asks first makes it for all.</summary>
    public JsonNode? Value
    {
        get
        {
            if (_value is not byte[] json) return (JsonNode?)_value;
            var node = JsonNode.Parse(json, null, s_read);
            return ReferenceEquals(Interlocked.CompareExchange(ref _value, node, json), json) ? node : (JsonNode?)_value;
        }
        set => _value = value;
    }

    /// <summary>Takes a value as it is; the reader has found it to be JSON.</summary>
    public static LazyNode Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray) || reader.HasValueSequence) return new LazyNode(JsonNode.Parse(ref reader));
        var begin = reader;
        reader.Skip();
        var length = reader.BytesConsumed - begin.TokenStartIndex;

        // Only of one piece is what lies between the first brace and the last the text itself.
        ref var first = ref MemoryMarshal.GetReference(begin.ValueSpan);
        if (!reader.HasValueSequence && length <= Array.MaxLength && Unsafe.ByteOffset(ref first, ref MemoryMarshal.GetReference(reader.ValueSpan)) == length - 1)
            return new LazyNode(MemoryMarshal.CreateReadOnlySpan(ref first, (int)length).ToArray());
        return new LazyNode(JsonNode.Parse(ref begin));
    }
}
