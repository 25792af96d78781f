using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Podkit.ApiServer.Serialization;
using Podkit.Model;

namespace Podkit.ApiServer.Storage;

/// <summary>
/// A document on its way into the store: serialized, but for the resource version, which only the write knows.
/// The order is that of Kubernetes' own JSON: kind, apiVersion, metadata, then the rest as it came.
/// </summary>
internal sealed class StoredDocument
{
    private readonly byte[] head;
    private readonly byte[] tail;
    private readonly int header;

    private StoredDocument(ResourceKind kind, string ns, string name, string uid, byte[] head, byte[] tail, int header)
    {
        Kind = kind;
        Namespace = ns;
        Name = name;
        Uid = uid;
        this.head = head;
        this.tail = tail;
        this.header = header;
    }

    public ResourceKind Kind { get; }

    public string Namespace { get; }

    public string Name { get; }

    public string Uid { get; }

    /// <summary>Serializes a document. Its metadata must have a name and a UID.</summary>
    public static StoredDocument Of(ResourceKind kind, JsonObject document)
    {
        var metadata = document.Metadata();
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var writer = new Utf8JsonWriter(buffer, JsonText.WriterOptions);
        writer.WriteStartObject();
        writer.WriteString("kind"u8, kind.Kind);
        writer.WriteString("apiVersion"u8, kind.ApiVersion);
        writer.Flush();
        var header = buffer.WrittenCount + 1;
        writer.WritePropertyName("metadata"u8);
        writer.WriteStartObject();
        var split = WriteMetadata(writer, buffer, metadata);
        writer.WriteEndObject();
        foreach (var (name, value) in document)
        {
            if (name is "kind" or "apiVersion" or "metadata") continue;
            writer.WritePropertyName(name);
            if (value is null) writer.WriteNullValue();
            else value.WriteTo(writer);
        }

        writer.WriteEndObject();
        writer.Flush();
        var all = buffer.WrittenSpan;
        return new StoredDocument(
            kind, metadata.Text("namespace"), metadata.Text("name"), metadata.Text("uid"), all[..split].ToArray(), all[split..].ToArray(), header);
    }

    /// <summary>The object as the write of that revision stores it.</summary>
    public StoredObject At(long revision)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(revision, digits, out var length);
        var bytes = new byte[head.Length + length + tail.Length];
        head.CopyTo(bytes, 0);
        digits[..length].CopyTo(bytes.AsSpan(head.Length));
        tail.CopyTo(bytes, head.Length + length);
        return new StoredObject(Kind, Namespace, Name, Uid, revision, bytes, header);
    }

    /// <summary>Writes metadata in Kubernetes' order and returns where the digits of the resource version belong.</summary>
    private static int WriteMetadata(Utf8JsonWriter writer, ArrayBufferWriter<byte> buffer, JsonObject metadata)
    {
        foreach (var name in Before) Write(writer, metadata, name);
        writer.WriteString("resourceVersion"u8, ""u8);
        writer.Flush();
        var split = buffer.WrittenCount - 1;
        foreach (var name in After) Write(writer, metadata, name);
        return split;
    }

    private static void Write(Utf8JsonWriter writer, JsonObject metadata, string name)
    {
        if (metadata[name] is not { } value) return;
        writer.WritePropertyName(name);
        value.WriteTo(writer);
    }

    private static readonly string[] Before = ["name", "generateName", "namespace", "selfLink", "uid"];

    private static readonly string[] After =
    [
        "generation", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "labels", "annotations", "ownerReferences", "finalizers", "managedFields",
    ];
}
