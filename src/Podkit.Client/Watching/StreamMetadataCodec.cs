using System.Text.Json;
using Podkit.Client.Resources;
using Podkit.Model.Json;

namespace Podkit.Client.Watching;

/// <summary>The metadata that an informer keeps; the rest of the object is passed over where the server sends it all the same.</summary>
internal sealed class StreamMetadataCodec : ObjectCodec<PartialObjectMetadata>
{
    private static StreamMetadataCodec? s_full;
    private static StreamMetadataCodec? s_dropping;

    private readonly ModelReader _model;

    private StreamMetadataCodec(bool dropManagedFields) => _model = new ModelReader(dropManagedFields, shareWords: true);

    public static StreamMetadataCodec For(bool dropManagedFields) => dropManagedFields
        ? LazyInitializer.EnsureInitialized(ref s_dropping, static () => new StreamMetadataCodec(true))
        : LazyInitializer.EnsureInitialized(ref s_full, static () => new StreamMetadataCodec(false));

    public override PartialObjectMetadata Read(ref Utf8JsonReader reader) => MetadataCodec.Read(ref reader, _model);

    public override byte[] Write(PartialObjectMetadata value) => MetadataCodec.Instance.Write(value);

    public override string? Name(PartialObjectMetadata value) => value.Metadata.Name;

    public override string? Namespace(PartialObjectMetadata value) => value.Metadata.Namespace;

    public override string? ResourceVersion(PartialObjectMetadata value) => value.Metadata.ResourceVersion;

    public override string? Uid(PartialObjectMetadata value) => value.Metadata.Uid;
}
