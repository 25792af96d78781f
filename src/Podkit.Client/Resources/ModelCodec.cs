using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Podkit.Model;
using Podkit.Model.Json;

namespace Podkit.Client.Resources;

/// <summary>Objects of an API type, read by its generated reader: in one pass, and nothing made that is not kept. Written by their metadata.</summary>
internal sealed class ModelCodec<T>(ModelRead<T> read, bool dropManagedFields) : ObjectCodec<T>
    where T : class, IResource<T>
{
    // The words of secrets are not kept beside them.
    private readonly ModelReader _model = new(dropManagedFields, shareWords: !Http.ApiCall.IsSensitive(T.ResourceKind));
    private ModelCodec<T>? _dropping;
    private bool _prepared;

    // Made only to write, and to say what is wrong: it costs as much as a TLS handshake.
    private static JsonTypeInfo<T> Json => T.JsonTypeInfo;

    /// <summary>An object of no content, which is one of every API type.</summary>
    internal static ReadOnlySpan<byte> Empty => """{"metadata":{},"spec":{},"status":{}}"""u8;

    // Code is loaded when it first runs: now, rather than when the answer is there.
    public override void Prepare()
    {
        if (_prepared) return;
        _prepared = true;
        _ = Read(Empty);
    }

    public override T Read(ref Utf8JsonReader reader)
    {
        var begin = reader;
        T? value;
        try
        {
            value = _model.Read(ref reader, read);
        }
        catch (JsonException)
        {
            // It throws as well, and says where.
            reader = begin;
            value = JsonSerializer.Deserialize(ref reader, Json);
        }

        if (value is null) throw new JsonException($"expected a {T.ResourceKind.Kind}, found null");

        // The server leaves them out of the items of a list.
        value.ApiVersion ??= T.ResourceKind.ApiVersion;
        value.Kind ??= T.ResourceKind.Kind;
        return value;
    }

    public override byte[] Write(T value) => JsonSerializer.SerializeToUtf8Bytes(value, Json);

    public override string? Name(T value) => value.Metadata?.Name;

    public override string? Namespace(T value) => value.Metadata?.Namespace;

    public override string? ResourceVersion(T value) => value.Metadata?.ResourceVersion;

    public override string? Uid(T value) => value.Metadata?.Uid;

    public override ObjectCodec<T> ForInformer(bool dropManagedFields) =>
        dropManagedFields ? LazyInitializer.EnsureInitialized(ref _dropping, () => new ModelCodec<T>(read, dropManagedFields: true)) : this;
}
