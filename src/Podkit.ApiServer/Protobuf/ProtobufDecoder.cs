using System.Text;
using System.Text.Json.Nodes;
using Podkit.Model.Schemas;

namespace Podkit.ApiServer.Protobuf;

/// <summary>Makes documents of Kubernetes' protobuf bodies: the magic, a <c>runtime.Unknown</c>, and the object's message inside.</summary>
internal sealed class ProtobufDecoder
{
    /// <summary>The most messages that a body may hold: an empty one takes two bytes in it and a hundred in memory.</summary>
    public const int MaxMessages = 200_000;

    private const int MaxDepth = 100;
    private int _messages;

    private ProtobufDecoder()
    {
    }

    /// <summary>What every body starts with.</summary>
    public static ReadOnlySpan<byte> Magic => "k8s\0"u8;

    /// <summary>
    /// The object of a body, with <c>kind</c> and <c>apiVersion</c> as the body gives them, or as expected where it gives none.
    /// Of a kind that is not known there is nothing else. Fields are as they stand in the message: zero values of plain fields included.
    /// </summary>
    /// <exception cref="FormatException">The body is not of that form.</exception>
    public static JsonObject Decode(ReadOnlySpan<byte> body, string apiVersion = "", string kind = "")
    {
        if (!body.StartsWith(Magic)) throw new FormatException("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
        var (type, raw) = Envelope(body[Magic.Length..]);
        if (type.ApiVersion.Length > 0) apiVersion = type.ApiVersion;
        if (type.Kind.Length > 0) kind = type.Kind;
        var document = new JsonObject();
        if (kind.Length > 0) document["kind"] = kind;
        if (apiVersion.Length > 0) document["apiVersion"] = apiVersion;
        if (MessageOf(apiVersion, kind) is { } message) new ProtobufDecoder().Read(raw, message, document, 0);
        return document;
    }

    /// <summary>The message of a kind, or null.</summary>
    public static ProtobufMessage? MessageOf(string apiVersion, string kind)
    {
        var slash = apiVersion.IndexOf('/', StringComparison.Ordinal);
        var name = SchemaRegistry.NameOfKind(slash < 0 ? "" : apiVersion[..slash], apiVersion[(slash + 1)..], kind);
        return name is null ? null : ProtobufSchema.Find(name);
    }

    private static ((string ApiVersion, string Kind) Type, byte[] Raw) Envelope(ReadOnlySpan<byte> bytes)
    {
        var (type, raw, encoding, contentType) = (("", ""), Array.Empty<byte>(), "", "");
        var reader = new ProtobufReader(bytes);
        while (!reader.IsAtEnd)
        {
            var (number, wire) = reader.Tag();
            if (number is < 1 or > 4)
            {
                reader.Skip(wire);
                continue;
            }

            var value = Expect(ref reader, wire, "Unknown");
            if (number == 1) type = TypeMeta(value);
            else if (number == 2) raw = value.ToArray();
            else if (number == 3) encoding = Encoding.UTF8.GetString(value);
            else contentType = Encoding.UTF8.GetString(value);
        }

        if (encoding.Length > 0) throw new FormatException("the body is encoded: only plain protobuf is read");
        if (contentType is not ("" or "application/vnd.kubernetes.protobuf")) throw new FormatException("the body holds another format: only plain protobuf is read");
        return (type, raw);
    }

    private static (string ApiVersion, string Kind) TypeMeta(ReadOnlySpan<byte> bytes)
    {
        var (version, kind) = ("", "");
        var reader = new ProtobufReader(bytes);
        while (!reader.IsAtEnd)
        {
            var (number, wire) = reader.Tag();
            if (number == 1) version = Encoding.UTF8.GetString(Expect(ref reader, wire, "TypeMeta"));
            else if (number == 2) kind = Encoding.UTF8.GetString(Expect(ref reader, wire, "TypeMeta"));
            else reader.Skip(wire);
        }

        return (version, kind);
    }

    private void Read(ReadOnlySpan<byte> bytes, ProtobufMessage message, JsonObject into, int depth)
    {
        if (depth > MaxDepth) throw new FormatException("proto: messages are nested too deeply");
        if (++_messages > MaxMessages) throw new FormatException("proto: too many messages");
        var reader = new ProtobufReader(bytes);
        while (!reader.IsAtEnd)
        {
            var (number, wire) = reader.Tag();
            if (message.Field(number) is not { } field) reader.Skip(wire);
            else if (field.IsInline) Read(Expect(ref reader, wire, field.Name), Message(field), into, depth + 1);
            else if (field.IsMap) ReadEntry(Expect(ref reader, wire, field.Name), field, Members(into, field.Name), depth);
            else if (field.IsRepeated) ReadElements(ref reader, wire, field, Elements(into, field.Name), depth);
            else Set(into, field.Name, ReadValue(ref reader, wire, field, into[field.Name], depth));
        }
    }

    private void ReadElements(ref ProtobufReader reader, WireType wire, ProtobufField field, JsonArray into, int depth)
    {
        if (++_messages > MaxMessages) throw new FormatException("proto: too many messages");
        if (wire == WireType.Bytes && field.Type is "int32" or "int64" or "bool")
        {
            var packed = new ProtobufReader(reader.Bytes());
            while (!packed.IsAtEnd) into.Add(ReadValue(ref packed, WireType.Varint, field, null, depth));
            return;
        }

        into.Add(ReadValue(ref reader, wire, field, null, depth));
    }

    private void ReadEntry(ReadOnlySpan<byte> bytes, ProtobufField field, JsonObject into, int depth)
    {
        if (++_messages > MaxMessages) throw new FormatException("proto: too many messages");
        var key = "";
        JsonNode? value = null;
        var reader = new ProtobufReader(bytes);
        while (!reader.IsAtEnd)
        {
            var (number, wire) = reader.Tag();
            if (number == 1) key = Encoding.UTF8.GetString(Expect(ref reader, wire, field.Name));
            else if (number == 2) value = ReadValue(ref reader, wire, field, null, depth);
            else reader.Skip(wire);
        }

        into[key] = value ?? (field.Type is "string" or "bytes" ? "" : null);
    }

    private JsonNode? ReadValue(ref ProtobufReader reader, WireType wire, ProtobufField field, JsonNode? existing, int depth)
    {
        switch (field.Type)
        {
            case "string":
                return Encoding.UTF8.GetString(Expect(ref reader, wire, field.Name));
            case "bytes":
                return Convert.ToBase64String(Expect(ref reader, wire, field.Name));
            case "bool":
                return Expect(wire, WireType.Varint, field.Name) && reader.Varint() != 0;
            case "int32":
                return Expect(wire, WireType.Varint, field.Name) ? (int)reader.Varint() : 0;
            case "int64":
                return Expect(wire, WireType.Varint, field.Name) ? (long)reader.Varint() : 0;
            case "double":
                var number = Expect(wire, WireType.Fixed64, field.Name) ? BitConverter.UInt64BitsToDouble(reader.Fixed64()) : 0;
                return double.IsFinite(number) ? number : throw new FormatException($"proto: {field.Name} is no finite number");
        }

        var bytes = Expect(ref reader, wire, field.Name);
        var message = Message(field);
        var inner = existing as JsonObject ?? [];
        if (WellKnown.ReadSpecial(message.Name, bytes, out var special)) return special;
        Read(bytes, message, inner, depth + 1);
        return WellKnown.Unwrap(message.Name, inner);
    }

    private static void Set(JsonObject into, string name, JsonNode? value)
    {
        if (value is null) into.Remove(name);
        else if (value.Parent is null) into[name] = value;
    }

    private static JsonObject Members(JsonObject into, string name)
    {
        if (into[name] is JsonObject known) return known;
        var members = new JsonObject();
        into[name] = members;
        return members;
    }

    private static JsonArray Elements(JsonObject into, string name)
    {
        if (into[name] is JsonArray known) return known;
        var elements = new JsonArray();
        into[name] = elements;
        return elements;
    }

    private static ProtobufMessage Message(ProtobufField field) => ProtobufSchema.Find(field.Type) ?? throw new FormatException($"proto: {field.Name} has no known type");

    private static ReadOnlySpan<byte> Expect(ref ProtobufReader reader, WireType wire, string name)
    {
        Expect(wire, WireType.Bytes, name);
        return reader.Bytes();
    }

    private static bool Expect(WireType actual, WireType expected, string name) =>
        actual == expected ? true : throw new FormatException($"proto: wrong wireType = {(int)actual} for field {name}");
}
