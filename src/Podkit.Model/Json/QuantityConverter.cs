using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Podkit.Model.Json;

/// <summary>Reads a quantity from a JSON string or number and writes its canonical string.</summary>
public sealed class QuantityConverter : JsonConverter<Quantity>
{
    /// <inheritdoc/>
    public override Quantity Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Of(reader.TokenType == JsonTokenType.Number ? Digits(ref reader) : reader.GetString() ?? "");

    internal static string Digits(ref Utf8JsonReader reader) =>
        reader.HasValueSequence ? Encoding.UTF8.GetString(reader.ValueSequence) : Encoding.UTF8.GetString(reader.ValueSpan);

    internal static Quantity Of(string text)
    {
        try
        {
            return Quantity.Parse(text);
        }
        catch (FormatException e)
        {
            throw new JsonException(e.Message, e);
        }
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Quantity value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
