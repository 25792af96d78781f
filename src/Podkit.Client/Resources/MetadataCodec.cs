using System.Buffers;
using System.Text.Json;
using Podkit.Model;
using Podkit.Model.Json;
using Podkit.Model.Meta.V1;

namespace Podkit.Client.Resources;

/// <summary>Reads the metadata of objects of any kind; whatever else an object has is passed over.</summary>
internal sealed class MetadataCodec : ObjectCodec<PartialObjectMetadata>
{
    private static readonly ModelReader s_model = new(skipManagedFields: false, shareWords: false);

    public static MetadataCodec Instance { get; } = new();

    public override PartialObjectMetadata Read(ref Utf8JsonReader reader) => Read(ref reader, s_model);

    public static PartialObjectMetadata Read(ref Utf8JsonReader reader, ModelReader model)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("expected an object");
        var value = new PartialObjectMetadata();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (apiVersion, kind, metadata) = (reader.ValueTextEquals("apiVersion"u8), reader.ValueTextEquals("kind"u8), reader.ValueTextEquals("metadata"u8));
            reader.Read();
            if (apiVersion) value.ApiVersion = reader.GetString();
            else if (kind) value.Kind = reader.GetString();
            else if (metadata) value.Metadata = ReadMetadata(ref reader, model) ?? new();
            else reader.Skip();
        }

        return value;
    }

    private static ObjectMeta? ReadMetadata(ref Utf8JsonReader reader, ModelReader model)
    {
        var begin = reader;
        try
        {
            return model.ReadMetadata(ref reader);
        }
        catch (JsonException)
        {
            // It throws as well, and says where.
            reader = begin;
            return JsonSerializer.Deserialize(ref reader, KubernetesJson.Default.MetaV1ObjectMeta);
        }
    }

    public override byte[] Write(PartialObjectMetadata value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("apiVersion"u8, value.ApiVersion);
            writer.WriteString("kind"u8, value.Kind);
            writer.WritePropertyName("metadata"u8);
            JsonSerializer.Serialize(writer, value.Metadata, KubernetesJson.Default.MetaV1ObjectMeta);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    public override string? Name(PartialObjectMetadata value) => value.Metadata.Name;

    public override string? Namespace(PartialObjectMetadata value) => value.Metadata.Namespace;

    public override string? ResourceVersion(PartialObjectMetadata value) => value.Metadata.ResourceVersion;

    public override string? Uid(PartialObjectMetadata value) => value.Metadata.Uid;

    public override ObjectCodec<PartialObjectMetadata> ForInformer(bool dropManagedFields) => Watching.StreamMetadataCodec.For(dropManagedFields);
}
