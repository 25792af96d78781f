using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Podkit.Model.Json;

/// <summary>Kubernetes' <c>MicroTime</c>: RFC 3339 in UTC, to the microsecond.</summary>
public sealed class MicroTimeConverter : JsonConverter<DateTimeOffset>
{
    private static readonly TimeConverter Reader = new();

    /// <summary>Times that nobody has set are null where Kubernetes cannot leave them out.</summary>
    public override bool HandleNull => true;

    /// <inheritdoc/>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Reader.Read(ref reader, typeToConvert, options);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        if (value == default) writer.WriteNullValue();
        else writer.WriteStringValue(value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture));
    }
}
