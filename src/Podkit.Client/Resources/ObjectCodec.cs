using System.Text.Json;
using System.Text.Json.Nodes;

namespace Podkit.Client.Resources;

/// <summary>How objects of a client's type are read and written.</summary>
internal abstract class ObjectCodec<T>
    where T : class
{
    public abstract T Read(ref Utf8JsonReader reader);

    public abstract byte[] Write(T value);

    public abstract string? Name(T value);

    public abstract string? Namespace(T value);

    public abstract string? ResourceVersion(T value);

    public T Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, ReaderOptions);
        reader.Read();
        return Read(ref reader);
    }

    public static JsonReaderOptions ReaderOptions { get; } = new() { MaxDepth = 256 };
}

/// <summary>Typed objects, by their source-generated metadata.</summary>
internal sealed class TypedCodec<T> : ObjectCodec<T>
    where T : class, Model.IResource<T>
{
    public static TypedCodec<T> Instance { get; } = new();

    public override T Read(ref Utf8JsonReader reader) =>
        JsonSerializer.Deserialize(ref reader, T.JsonTypeInfo) ?? throw new JsonException($"expected a {T.ResourceKind.Kind}, found null");

    public override byte[] Write(T value) => JsonSerializer.SerializeToUtf8Bytes(value, T.JsonTypeInfo);

    public override string? Name(T value) => value.Metadata.Name;

    public override string? Namespace(T value) => value.Metadata.Namespace;

    public override string? ResourceVersion(T value) => value.Metadata.ResourceVersion;
}

/// <summary>Objects as JSON documents: nothing is lost.</summary>
internal sealed class DocumentCodec : ObjectCodec<JsonObject>
{
    public static DocumentCodec Instance { get; } = new();

    public override JsonObject Read(ref Utf8JsonReader reader) =>
        JsonNode.Parse(ref reader) as JsonObject ?? throw new JsonException("expected an object");

    public override byte[] Write(JsonObject value) => JsonBytes.Of(value);

    public override string? Name(JsonObject value) => Text(value, "name");

    public override string? Namespace(JsonObject value) => Text(value, "namespace");

    public override string? ResourceVersion(JsonObject value) => Text(value, "resourceVersion");

    private static string? Text(JsonObject value, string field) =>
        value["metadata"] is JsonObject metadata && metadata[field] is JsonValue v && v.TryGetValue(out string? text) ? text : null;
}
