using System.Buffers;

namespace Podkit.Model.Tests.Json;

/// <summary>A text in pieces of a size, each with memory of its own.</summary>
internal sealed class Pieces : ReadOnlySequenceSegment<byte>
{
    public static ReadOnlySequence<byte> Of(byte[] text, int size)
    {
        Pieces? first = null;
        Pieces? last = null;
        for (var at = 0; at < text.Length; at += size)
        {
            var piece = new Pieces { Memory = text.AsSpan(at, Math.Min(size, text.Length - at)).ToArray(), RunningIndex = at };
            if (last is not null) last.Next = piece;
            first ??= piece;
            last = piece;
        }

        return new ReadOnlySequence<byte>(first!, 0, last!, last!.Memory.Length);
    }
}
