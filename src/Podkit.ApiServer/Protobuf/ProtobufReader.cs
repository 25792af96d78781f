using System.Buffers.Binary;

namespace Podkit.ApiServer.Protobuf;

/// <summary>Reads protobuf's wire format.</summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>The next field's number and layout.</summary>
    public (int Number, WireType Type) Tag()
    {
        var tag = Varint();
        var number = tag >> 3;
        if (number is 0 or > 0x1FFFFFFF) throw Malformed("illegal field number");
        var type = (WireType)(tag & 7);
        return type is WireType.Varint or WireType.Fixed64 or WireType.Bytes or WireType.Fixed32 ? ((int)number, type) : throw Malformed("illegal wire type");
    }

    public ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (_rest.IsEmpty) throw Malformed("unexpected end of data");
            var next = _rest[0];
            _rest = _rest[1..];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }

        throw Malformed("integer overflow");
    }

    public ulong Fixed64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    public ReadOnlySpan<byte> Bytes()
    {
        var length = Varint();
        if (length > (ulong)_rest.Length) throw Malformed("unexpected end of data");
        return Take((int)length);
    }

    public void Skip(WireType type)
    {
        switch (type)
        {
            case WireType.Varint:
                Varint();
                break;
            case WireType.Fixed64:
                Take(8);
                break;
            case WireType.Fixed32:
                Take(4);
                break;
            default:
                Bytes();
                break;
        }
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length) throw Malformed("unexpected end of data");
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    private static FormatException Malformed(string problem) => new($"proto: {problem}");
}
