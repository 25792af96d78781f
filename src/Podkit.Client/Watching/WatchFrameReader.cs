using System.Text.Json;
using Podkit.Client.Resources;
using Podkit.Model;
using Podkit.Model.Meta.V1;

namespace Podkit.Client.Watching;

/// <summary>Reads one line of a watch: <c>{"type":…,"object":{…}}</c>.</summary>
internal static class WatchFrameReader
{
    /// <summary>The annotation of the bookmark after the last object of a streaming list.</summary>
    private static ReadOnlySpan<byte> InitialEventsEnd => "k8s.io/initial-events-end"u8;

    public static WatchFrame<T> Read<T>(ReadOnlySpan<byte> line, ObjectCodec<T> codec)
        where T : class =>
        TryReadUsual(line, codec, out var frame) ? frame : ReadAny(line, codec);

    /// <summary>Lines as API servers write them, the object after its type and nothing else: the object is parsed once, where a general parser skips it first.</summary>
    private static bool TryReadUsual<T>(ReadOnlySpan<byte> line, ObjectCodec<T> codec, out WatchFrame<T> frame)
        where T : class
    {
        frame = default;
        if (!line.StartsWith("{\"type\":\""u8)) return false;
        var rest = line[9..];
        var (kind, from) = rest.StartsWith("ADDED\",\"object\":{"u8) ? (FrameKind.Apply, 16)
            : rest.StartsWith("MODIFIED\",\"object\":{"u8) ? (FrameKind.Apply, 19)
            : rest.StartsWith("DELETED\",\"object\":{"u8) ? (FrameKind.Delete, 18)
            : (FrameKind.Unknown, 0);
        if (from == 0) return false;
        rest = rest[from..];
        if (rest[^1] == (byte)'\r') rest = rest[..^1];
        if (rest[^1] != (byte)'}') return false;
        frame = new WatchFrame<T>(kind, codec.Read(rest[..^1]), null, null);
        return true;
    }

    private static WatchFrame<T> ReadAny<T>(ReadOnlySpan<byte> line, ObjectCodec<T> codec)
        where T : class
    {
        var reader = new Utf8JsonReader(line, ObjectCodec<T>.ReaderOptions);
        FrameKind? kind = null;
        Utf8JsonReader later = default;
        var hasLater = false;
        WatchFrame<T>? frame = null;
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
                else frame = ReadObject(ref reader, kind.Value, codec);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        if (reader.TokenType != JsonTokenType.EndObject || kind is null) throw new JsonException("a line of a watch must have a type");
        if (hasLater) frame = ReadObject(ref later, kind.Value, codec);
        if (reader.Read()) throw new JsonException("a line of a watch must hold one object");
        return frame ?? kind switch
        {
            FrameKind.Error => new WatchFrame<T>(FrameKind.Error, null, null, Silent()),
            FrameKind.Unknown => new WatchFrame<T>(FrameKind.Unknown, null, null, null),
            _ => throw new JsonException("a line of a watch must have an object"),
        };
    }

    private static WatchFrame<T> ReadObject<T>(ref Utf8JsonReader reader, FrameKind kind, ObjectCodec<T> codec)
        where T : class
    {
        switch (kind)
        {
            case FrameKind.Error:
                return new WatchFrame<T>(kind, null, null, JsonSerializer.Deserialize(ref reader, KubernetesJson.Default.MetaV1Status) ?? Silent());
            case FrameKind.Bookmark:
                return ReadBookmark<T>(ref reader);
            case FrameKind.Unknown:
                reader.Skip();
                return new WatchFrame<T>(kind, null, null, null);
            default:
                return new WatchFrame<T>(kind, codec.Read(ref reader), null, null);
        }
    }

    /// <summary>A bookmark is an object of the kind with nothing in it but its version, and perhaps the annotation.</summary>
    private static WatchFrame<T> ReadBookmark<T>(ref Utf8JsonReader reader)
        where T : class
    {
        string? version = null;
        var last = false;
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("a bookmark must be an object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var metadata = reader.ValueTextEquals("metadata"u8);
            reader.Read();
            if (metadata && reader.TokenType == JsonTokenType.StartObject) ReadBookmarkMetadata(ref reader, ref version, ref last);
            else reader.Skip();
        }

        return new WatchFrame<T>(last ? FrameKind.InitialEventsEnd : FrameKind.Bookmark, null, version, null);
    }

    private static void ReadBookmarkMetadata(ref Utf8JsonReader reader, ref string? version, ref bool last)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (isVersion, annotations) = (reader.ValueTextEquals("resourceVersion"u8), reader.ValueTextEquals("annotations"u8));
            reader.Read();
            if (isVersion) version = reader.TokenType == JsonTokenType.String ? reader.GetString() : throw new JsonException("a resourceVersion must be a string");
            else if (annotations && reader.TokenType == JsonTokenType.StartObject)
            {
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var end = reader.ValueTextEquals(InitialEventsEnd);
                    reader.Read();
                    last |= end && reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("true"u8);
                    reader.Skip();
                }
            }
            else reader.Skip();
        }
    }

    private static FrameKind KindOf(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String) throw new JsonException("a line of a watch must have a type");
        if (reader.ValueTextEquals("MODIFIED"u8) || reader.ValueTextEquals("ADDED"u8)) return FrameKind.Apply;
        if (reader.ValueTextEquals("DELETED"u8)) return FrameKind.Delete;
        if (reader.ValueTextEquals("BOOKMARK"u8)) return FrameKind.Bookmark;
        return reader.ValueTextEquals("ERROR"u8) ? FrameKind.Error : FrameKind.Unknown;
    }

    private static Status Silent() => new() { Code = 500, Message = "the watch ended with an error that says nothing" };
}
