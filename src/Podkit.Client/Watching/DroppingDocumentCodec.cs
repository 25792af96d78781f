using System.Text.Json;
using System.Text.Json.Nodes;
using Podkit.Client.Resources;

namespace Podkit.Client.Watching;

/// <summary>Documents without their <c>metadata.managedFields</c>.</summary>
internal sealed class DroppingDocumentCodec : ObjectCodec<JsonObject>
{
    public static DroppingDocumentCodec Instance { get; } = new();

    public override JsonObject Read(ref Utf8JsonReader reader)
    {
        var value = DocumentCodec.Instance.Read(ref reader);
        if (value["metadata"] is JsonObject metadata) metadata.Remove("managedFields");
        return value;
    }

    public override byte[] Write(JsonObject value) => DocumentCodec.Instance.Write(value);

    public override string? Name(JsonObject value) => DocumentCodec.Instance.Name(value);

    public override string? Namespace(JsonObject value) => DocumentCodec.Instance.Namespace(value);

    public override string? ResourceVersion(JsonObject value) => DocumentCodec.Instance.ResourceVersion(value);

    public override string? Uid(JsonObject value) => DocumentCodec.Instance.Uid(value);
}
