using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Podkit.Client.Resources;
using Podkit.Model;
using Podkit.Model.Json;
using Podkit.Model.Meta.V1;

namespace Podkit.Client.Watching;

/// <summary>
/// Reads the objects of a user's type that an informer keeps: by the type's own source-generated metadata, but without <c>metadata.managedFields</c> when they
/// are not wanted (they are skipped, not built and dropped), with equal words as one string, and each object in one pass over its bytes.
/// </summary>
internal sealed class StreamCodec<T> : ObjectCodec<T>
    where T : class, IKubernetesObject
{
    /// <summary>One for all informers of a type: metadata and words are made once, when first needed.</summary>
    private static readonly ConditionalWeakTable<JsonTypeInfo<T>, StreamCodec<T>?[]> s_codecs = [];

    private readonly ResourceKind _kind;
    private readonly JsonTypeInfo<T> _own;
    private readonly JsonTypeInfo<T> _type;

    private StreamCodec(ResourceKind kind, JsonTypeInfo<T> own, bool dropManagedFields)
    {
        (_kind, _own) = (kind, own);
        _type = (JsonTypeInfo<T>)StreamJson.Options(own, dropManagedFields, pool: !Http.ApiCall.IsSensitive(kind)).GetTypeInfo(typeof(T));
    }

    public static StreamCodec<T> For(ResourceKind kind, JsonTypeInfo<T> json, bool dropManagedFields)
    {
        var codecs = s_codecs.GetValue(json, static _ => new StreamCodec<T>?[2]);
        lock (codecs) return codecs[dropManagedFields ? 1 : 0] ??= new StreamCodec<T>(kind, json, dropManagedFields);
    }

    public override T Read(ReadOnlySpan<byte> json) => Complete(JsonSerializer.Deserialize(json, _type));

    public override T Read(ref Utf8JsonReader reader) => Complete(JsonSerializer.Deserialize(ref reader, _type));

    public override byte[] Write(T value) => JsonSerializer.SerializeToUtf8Bytes(value, _own);

    public override string? Name(T value) => value.Metadata?.Name;

    public override string? Namespace(T value) => value.Metadata?.Namespace;

    public override string? ResourceVersion(T value) => value.Metadata?.ResourceVersion;

    public override string? Uid(T value) => value.Metadata?.Uid;

    private T Complete(T? value)
    {
        if (value is null) throw new JsonException($"expected a {_kind.Kind}, found null");

        // The server leaves them out of the items of a list.
        value.ApiVersion ??= _kind.ApiVersion;
        value.Kind ??= _kind.Kind;
        return value;
    }
}

/// <summary>A type's own way of being read, changed for objects that are kept.</summary>
internal static class StreamJson
{
    public static JsonSerializerOptions Options(JsonTypeInfo own, bool dropManagedFields, bool pool)
    {
        var resolver = own.OriginatingResolver ?? own.Options.TypeInfoResolver
            ?? throw new InvalidOperationException($"the JsonTypeInfo of {own.Type} has no resolver: take it from a JsonSerializerContext");
        var options = new JsonSerializerOptions(own.Options)
        {
            MaxDepth = 256,
            TypeInfoResolver = dropManagedFields ? resolver.WithAddedModifier(DropManagedFields) : resolver,
        };
        if (pool) options.Converters.Add(new PooledStringConverter(new ModelReader(dropManagedFields, shareWords: true)));
        options.MakeReadOnly();
        return options;
    }

    private static void DropManagedFields(JsonTypeInfo type)
    {
        if (type.Type != typeof(ObjectMeta)) return;
        for (var i = type.Properties.Count - 1; i >= 0; i--)
        {
            if (type.Properties[i].Name == "managedFields") type.Properties.RemoveAt(i);
        }
    }
}
