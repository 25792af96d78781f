using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Podkit.Model;

namespace Podkit.Client.Resources;

/// <summary>How objects of a client's type are read and written.</summary>
internal abstract class ObjectCodec<T>
    where T : class
{
    /// <summary>Makes ready what reading needs; called while the answer is still on its way.</summary>
    public virtual void Prepare()
    {
    }

    public abstract T Read(ref Utf8JsonReader reader);

    public abstract byte[] Write(T value);

    public abstract string? Name(T value);

    public abstract string? Namespace(T value);

    public abstract string? ResourceVersion(T value);

    public abstract string? Uid(T value);

    public ObjectKey Key(T value) => ObjectKey.From(Namespace(value), Name(value));

    /// <summary>Reads a whole text, which holds one object and nothing else.</summary>
    public virtual T Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, ReaderOptions);
        reader.Read();
        var value = Read(ref reader);
        return reader.Read() ? throw new JsonException("expected one object") : value;
    }

    /// <summary>The codec of an informer: objects that are kept, and many.</summary>
    public virtual ObjectCodec<T> ForInformer(bool dropManagedFields) => this;

    public static JsonReaderOptions ReaderOptions { get; } = new() { MaxDepth = 256 };
}

/// <summary>Typed objects, by their source-generated metadata.</summary>
internal sealed class TypedCodec<T>(ResourceKind kind, Func<JsonTypeInfo<T>> json) : ObjectCodec<T>
    where T : class, IKubernetesObject
{
    // The metadata of a type with all that it holds costs as much as a TLS handshake: it is made beside it, and only once.
    private JsonTypeInfo<T>? _json;

    private JsonTypeInfo<T> Json => _json ??= json();

    public override void Prepare() => _ = Json;

    public override T Read(ref Utf8JsonReader reader)
    {
        var value = JsonSerializer.Deserialize(ref reader, Json) ?? throw new JsonException($"expected a {kind.Kind}, found null");

        // The server leaves them out of the items of a list.
        value.ApiVersion ??= kind.ApiVersion;
        value.Kind ??= kind.Kind;
        return value;
    }

    public override byte[] Write(T value) => JsonSerializer.SerializeToUtf8Bytes(value, Json);

    public override string? Name(T value) => value.Metadata?.Name;

    public override string? Namespace(T value) => value.Metadata?.Namespace;

    public override string? ResourceVersion(T value) => value.Metadata?.ResourceVersion;

    public override string? Uid(T value) => value.Metadata?.Uid;

    public override ObjectCodec<T> ForInformer(bool dropManagedFields) => Watching.StreamCodec<T>.For(kind, Json, dropManagedFields);
}

/// <summary>The codec of a type that says itself which resource it is.</summary>
internal static class TypedCodec
{
    public static ObjectCodec<T> Of<T>()
        where T : class, IResource<T> => Holder<T>.Instance;

    private static class Holder<T>
        where T : class, IResource<T>
    {
        public static readonly ObjectCodec<T> Instance = T.Reader is { } read ? new ModelCodec<T>(read, dropManagedFields: false) : new TypedCodec<T>(T.ResourceKind, static () => T.JsonTypeInfo);
    }
}

/// <summary>Objects as JSON documents: nothing is lost.</summary>
internal sealed class DocumentCodec : ObjectCodec<JsonObject>
{
    public static DocumentCodec Instance { get; } = new();

    public override ObjectCodec<JsonObject> ForInformer(bool dropManagedFields) => dropManagedFields ? Watching.DroppingDocumentCodec.Instance : this;

    public override JsonObject Read(ref Utf8JsonReader reader) =>
        JsonNode.Parse(ref reader) as JsonObject ?? throw new JsonException("expected an object");

    public override byte[] Write(JsonObject value) => JsonBytes.Of(value);

    public override string? Name(JsonObject value) => Text(value, "name");

    public override string? Namespace(JsonObject value) => Text(value, "namespace");

    public override string? ResourceVersion(JsonObject value) => Text(value, "resourceVersion");

    public override string? Uid(JsonObject value) => Text(value, "uid");

    private static string? Text(JsonObject value, string field) =>
        value["metadata"] is JsonObject metadata && metadata[field] is JsonValue v && v.TryGetValue(out string? text) ? text : null;
}
