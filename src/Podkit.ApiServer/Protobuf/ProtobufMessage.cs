namespace Podkit.ApiServer.Protobuf;

/// <summary>A protobuf message.</summary>
internal sealed class ProtobufMessage
{
    private readonly Dictionary<int, ProtobufField> _byNumber;

    public ProtobufMessage(string name, IEnumerable<ProtobufField> fields)
    {
        Name = name;
        Fields = [.. fields];
        _byNumber = Fields.ToDictionary(x => x.Number);
    }

    /// <summary>The full name of the type.</summary>
    public string Name { get; }

    public IReadOnlyList<ProtobufField> Fields { get; }

    public ProtobufField? Field(int number) => _byNumber.GetValueOrDefault(number);
}
