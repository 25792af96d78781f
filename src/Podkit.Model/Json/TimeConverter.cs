using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Podkit.Model.Json;

/// <summary>Kubernetes' <c>Time</c>: RFC 3339 in UTC, to the second.</summary>
public sealed class TimeConverter : JsonConverter<DateTimeOffset>
{
    internal const string Format = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>Times that nobody has set are null where Kubernetes cannot leave them out.</summary>
    public override bool HandleNull => true;

    /// <inheritdoc/>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Of(ref reader);

    internal static DateTimeOffset Of(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Null ? default
        : DateTimeOffset.TryParse(reader.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw new JsonException("a time must be RFC 3339, such as 2026-01-31T12:00:00Z");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        if (value == default) writer.WriteNullValue();
        else writer.WriteStringValue(value.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture));
    }
}
