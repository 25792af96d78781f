using System.Text.Json;
using System.Text.Json.Serialization;
using Podkit.Model.Json;

namespace Podkit.Client.Watching;

/// <summary>Reads strings through a pool; as values and as the keys of maps.</summary>
internal sealed class PooledStringConverter(ModelReader words) : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => words.ReadWord(ref reader);

    public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => words.ReadWord(ref reader)!;

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WritePropertyName(value);
}
