using System.Buffers;
using System.Text.Json;
using Podkit.ApiServer.Serialization;
using Podkit.Model.Meta.V1;

namespace Podkit.ApiServer.Responses;

/// <summary>Writes a Status with its fields in the order in which Kubernetes writes them: clients compare texts.</summary>
internal static class StatusText
{
    /// <param name="status">The status.</param>
    /// <param name="withKind">Whether it says what it is: a kubelet's last word on a stream does not.</param>
    public static byte[] ToJson(Status status, bool withKind = true)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer, JsonText.WriterOptions)) Write(writer, status, withKind);
        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter writer, Status status, bool withKind)
    {
        writer.WriteStartObject();
        if (withKind)
        {
            writer.WriteString("kind"u8, "Status");
            writer.WriteString("apiVersion"u8, "v1");
        }

        writer.WriteStartObject("metadata"u8);
        writer.WriteEndObject();
        Text(writer, "status", status.StatusValue);
        Text(writer, "message", status.Message);
        Text(writer, "reason", status.Reason);
        if (status.Details is { } details) Write(writer, details);
        if (status.Code is { } code and not 0) writer.WriteNumber("code"u8, code);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, StatusDetails details)
    {
        writer.WriteStartObject("details"u8);
        Text(writer, "name", details.Name);
        Text(writer, "group", details.Group);
        Text(writer, "kind", details.Kind);
        Text(writer, "uid", details.Uid);
        if (details.Causes is { Count: > 0 } causes)
        {
            writer.WriteStartArray("causes"u8);
            foreach (var cause in causes)
            {
                writer.WriteStartObject();
                Text(writer, "reason", cause.Reason);
                Text(writer, "message", cause.Message);
                Text(writer, "field", cause.Field);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        if (details.RetryAfterSeconds is { } seconds and not 0) writer.WriteNumber("retryAfterSeconds"u8, seconds);
        writer.WriteEndObject();
    }

    private static void Text(Utf8JsonWriter writer, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value)) writer.WriteString(name, value);
    }
}
