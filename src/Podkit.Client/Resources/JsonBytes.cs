using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Podkit.Client.Resources;

internal static class JsonBytes
{
    /// <summary>The UTF-8 text of a JSON tree, without reflection.</summary>
    public static byte[] Of(JsonNode node)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer)) node.WriteTo(writer);
        return buffer.WrittenSpan.ToArray();
    }
}
