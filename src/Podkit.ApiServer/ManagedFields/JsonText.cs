using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Podkit.ApiServer.ManagedFields;

/// <summary>Compares documents by their text, which is cheaper than taking them apart where they are most likely the same.</summary>
internal static class JsonText
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Whether both are written the same. Equal values in another order or notation are not.</summary>
    public static bool Equal(JsonNode a, JsonNode b) => Write(a).WrittenSpan.SequenceEqual(Write(b).WrittenSpan);

    private static ArrayBufferWriter<byte> Write(JsonNode node)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(buffer, Options)) node.WriteTo(writer);
        return buffer;
    }
}
