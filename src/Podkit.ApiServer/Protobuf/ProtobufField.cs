using System.Text.Json;

namespace Podkit.ApiServer.Protobuf;

/// <summary>A field of a protobuf message and where it stands in JSON.</summary>
internal sealed class ProtobufField
{
    public ProtobufField(JsonElement json)
    {
        Name = json.GetProperty("name").GetString()!;
        Number = json.GetProperty("number").GetInt32();
        IsRepeated = json.TryGetProperty("repeated", out var repeated) && repeated.GetBoolean();
        IsInline = json.TryGetProperty("inline", out var inline) && inline.GetBoolean();
        if (json.TryGetProperty("map", out var map)) MapValue = map[1].GetString();
        Type = MapValue ?? json.GetProperty("type").GetString()!;
    }

    /// <summary>The JSON name.</summary>
    public string Name { get; }

    public int Number { get; }

    /// <summary>Whether it is a list.</summary>
    public bool IsRepeated { get; }

    /// <summary>Whether the fields of its message stand in the parent's JSON object.</summary>
    public bool IsInline { get; }

    /// <summary>Whether it is a map from strings, as protobuf writes maps: a list of entries of key and value.</summary>
    public bool IsMap => MapValue is not null;

    /// <summary>A scalar's name, or the full name of a message; of a map, that of its values.</summary>
    public string Type { get; }

    private string? MapValue { get; }
}
