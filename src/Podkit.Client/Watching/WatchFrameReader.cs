using System.Buffers;
using System.Text.Json;
using Podkit.Client.Resources;
using Podkit.Model;
using Podkit.Model.Meta.V1;

namespace Podkit.Client.Watching;

/// <summary>Reads one line of a watch: <c>{"type":…,"object":{…}}</c>.</summary>
internal static class WatchFrameReader
{
    public static WatchFrame<T> Read<T>(in ReadOnlySequence<byte> line, ObjectCodec<T> codec)
        where T : class
    {
        var reader = new Utf8JsonReader(line, ObjectCodec<T>.ReaderOptions);
        FrameKind? kind = null;
        Utf8JsonReader later = default;
        var hasLater = false;
        T? value = null;
        Status? error = null;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) throw new JsonException("a line of a watch must be an object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8))
            {
                reader.Read();
                kind = KindOf(ref reader);
            }
            else if (reader.ValueTextEquals("object"u8))
            {
                reader.Read();
                if (kind is null)
                {
                    // The type decides what the object is, and has not come yet.
                    later = reader;
                    hasLater = true;
                    reader.Skip();
                }
                else ReadObject(ref reader, kind.Value, codec, ref value, ref error);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        if (reader.TokenType != JsonTokenType.EndObject || kind is null) throw new JsonException("a line of a watch must have a type");
        if (hasLater) ReadObject(ref later, kind.Value, codec, ref value, ref error);
        if (reader.Read()) throw new JsonException("a line of a watch must hold one object");
        if (kind is FrameKind.Apply or FrameKind.Delete or FrameKind.Bookmark && value is null) throw new JsonException("a line of a watch must have an object");
        return new WatchFrame<T>(kind.Value, value, error ?? (kind == FrameKind.Error ? new Status { Code = 500, Message = "the watch ended with an error that says nothing" } : null));
    }

    private static void ReadObject<T>(ref Utf8JsonReader reader, FrameKind kind, ObjectCodec<T> codec, ref T? value, ref Status? error)
        where T : class
    {
        if (kind == FrameKind.Error) error = JsonSerializer.Deserialize(ref reader, KubernetesJson.Default.MetaV1Status);
        else if (kind == FrameKind.Unknown) reader.Skip();
        else value = codec.Read(ref reader);
    }

    private static FrameKind KindOf(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String) throw new JsonException("a line of a watch must have a type");
        if (reader.ValueTextEquals("MODIFIED"u8) || reader.ValueTextEquals("ADDED"u8)) return FrameKind.Apply;
        if (reader.ValueTextEquals("DELETED"u8)) return FrameKind.Delete;
        if (reader.ValueTextEquals("BOOKMARK"u8)) return FrameKind.Bookmark;
        return reader.ValueTextEquals("ERROR"u8) ? FrameKind.Error : FrameKind.Unknown;
    }
}
