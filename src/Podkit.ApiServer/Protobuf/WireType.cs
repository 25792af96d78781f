namespace Podkit.ApiServer.Protobuf;

/// <summary>How a field's value is laid out.</summary>
internal enum WireType
{
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
    Fixed32 = 5,
}
