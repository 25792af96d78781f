using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Podkit.ApiServer.Protobuf;

/// <summary>Messages whose JSON is not an object of their fields.</summary>
internal static class WellKnown
{
    private const string Meta = "io.k8s.apimachinery.pkg.apis.meta.v1.";
    private const string Time = Meta + "Time";
    private const string MicroTime = Meta + "MicroTime";
    private const string FieldsV1 = Meta + "FieldsV1";
    private const string Quantity = "io.k8s.apimachinery.pkg.api.resource.Quantity";
    private const string IntOrString = "io.k8s.apimachinery.pkg.util.intstr.IntOrString";
    private const string RawExtension = "io.k8s.apimachinery.pkg.runtime.RawExtension";
    private const string Schemas = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.";
    private static readonly JsonDocumentOptions Embedded = new() { MaxDepth = 200, AllowDuplicateProperties = false };

    /// <summary>Reads the message where its content is one value; false when it is to be read field by field.</summary>
    public static bool ReadSpecial(string message, ReadOnlySpan<byte> bytes, out JsonNode? value)
    {
        value = null;
        switch (message)
        {
            case Time:
                value = ReadTime(bytes, "yyyy-MM-dd'T'HH:mm:ss'Z'");
                return true;
            case MicroTime:
                value = ReadTime(bytes, "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'");
                return true;
            case Quantity:
                value = Encoding.UTF8.GetString(Single(bytes)) is { Length: > 0 } text ? text : "0";
                return true;
            case IntOrString:
                value = ReadIntOrString(bytes);
                return true;
            case FieldsV1 or RawExtension or Schemas + "JSON":
                value = ReadJson(Single(bytes));
                return true;
            default:
                return false;
        }
    }

    /// <summary>The JSON of a message that was read field by field.</summary>
    public static JsonNode? Unwrap(string message, JsonObject fields)
    {
        if (IsList(message)) return Take(fields, "items") ?? new JsonArray();
        return message switch
        {
            Schemas + "JSONSchemaPropsOrArray" => Take(fields, "schema") ?? Take(fields, "jSONSchemas"),
            Schemas + "JSONSchemaPropsOrStringArray" => Take(fields, "schema") ?? Take(fields, "property"),
            Schemas + "JSONSchemaPropsOrBool" => Take(fields, "schema") ?? Take(fields, "allows") ?? false,
            _ => fields,
        };
    }

    /// <summary>The fields of a message whose JSON is something else.</summary>
    public static JsonObject Wrap(string message, JsonNode value)
    {
        if (IsList(message)) return new() { ["items"] = value.DeepClone() };
        return (message, value) switch
        {
            (Schemas + "JSONSchemaPropsOrArray", JsonArray) => new() { ["jSONSchemas"] = value.DeepClone() },
            (Schemas + "JSONSchemaPropsOrStringArray", JsonArray) => new() { ["property"] = value.DeepClone() },
            (Schemas + "JSONSchemaPropsOrBool", JsonValue) => new() { ["allows"] = value.DeepClone() },
            (Schemas + "JSONSchemaPropsOrBool", _) => new() { ["allows"] = true, ["schema"] = value.DeepClone() },
            (Schemas + "JSONSchemaPropsOrArray" or Schemas + "JSONSchemaPropsOrStringArray", _) => new() { ["schema"] = value.DeepClone() },
            (_, JsonObject fields) => fields,
            _ => throw new FormatException($"{message} cannot be {value.ToJsonString()}"),
        };
    }

    /// <summary>Writes the message where its content is one value; false when it is to be written field by field.</summary>
    public static bool WriteSpecial(string message, JsonNode value, ProtobufWriter into)
    {
        switch (message)
        {
            case Time or MicroTime:
                var time = DateTimeOffset.Parse(value.GetValue<string>(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
                into.Int(1, time.ToUnixTimeSeconds());
                into.Int(2, time.Ticks % TimeSpan.TicksPerSecond * 100);
                return true;
            case Quantity:
                into.Text(1, value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString());
                return true;
            case IntOrString:
                var isText = value.GetValueKind() == JsonValueKind.String;
                into.Int(1, isText ? 1 : 0);
                into.Int(2, isText ? 0 : long.Parse(value.ToJsonString(), CultureInfo.InvariantCulture));
                into.Text(3, isText ? value.GetValue<string>() : "");
                return true;
            case FieldsV1 or RawExtension or Schemas + "JSON":
                into.Text(1, value.ToJsonString());
                return true;
            default:
                return false;
        }
    }

    private static bool IsList(string message) => message == Meta + "Verbs" || message.EndsWith(".ExtraValue", StringComparison.Ordinal);

    private static JsonNode? Take(JsonObject fields, string name)
    {
        var value = fields[name];
        fields.Remove(name);
        return value;
    }

    /// <summary>The one field of a message that holds bytes or text.</summary>
    private static ReadOnlySpan<byte> Single(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> content = default;
        var reader = new ProtobufReader(bytes);
        while (!reader.IsAtEnd)
        {
            var (number, wire) = reader.Tag();
            if (number == 1 && wire == WireType.Bytes) content = reader.Bytes();
            else reader.Skip(wire);
        }

        return content;
    }

    /// <summary>A time; the empty message is Go's zero time, which JSON writes as null.</summary>
    private static JsonNode? ReadTime(ReadOnlySpan<byte> bytes, string format)
    {
        if (bytes.IsEmpty) return null;
        var (seconds, nanos) = (0L, 0L);
        var reader = new ProtobufReader(bytes);
        while (!reader.IsAtEnd)
        {
            var (number, wire) = reader.Tag();
            if (wire != WireType.Varint) reader.Skip(wire);
            else if (number == 1) seconds = (long)reader.Varint();
            else if (number == 2) nanos = (long)reader.Varint();
            else reader.Skip(wire);
        }

        if (seconds < DateTimeOffset.MinValue.ToUnixTimeSeconds() || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds() || nanos is < 0 or >= 1_000_000_000)
            throw new FormatException("proto: a time is out of range");
        return DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(nanos / 100).UtcDateTime.ToString(format, CultureInfo.InvariantCulture);
    }

    private static JsonValue ReadIntOrString(ReadOnlySpan<byte> bytes)
    {
        var (type, number, text) = (0UL, 0, "");
        var reader = new ProtobufReader(bytes);
        while (!reader.IsAtEnd)
        {
            var (field, wire) = reader.Tag();
            if (field == 1 && wire == WireType.Varint) type = reader.Varint();
            else if (field == 2 && wire == WireType.Varint) number = (int)reader.Varint();
            else if (field == 3 && wire == WireType.Bytes) text = Encoding.UTF8.GetString(reader.Bytes());
            else reader.Skip(wire);
        }

        return type == 1 ? JsonValue.Create(text) : JsonValue.Create(number);
    }

    private static JsonNode? ReadJson(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty) return null;
        try
        {
            using var document = JsonDocument.Parse(json.ToArray(), Embedded);
            return document.RootElement.ValueKind switch
            {
                JsonValueKind.Object => JsonObject.Create(document.RootElement.Clone()),
                JsonValueKind.Array => JsonArray.Create(document.RootElement.Clone()),
                _ => JsonValue.Create(document.RootElement.Clone()),
            };
        }
        catch (JsonException e)
        {
            throw new FormatException("proto: a field that holds JSON does not: " + e.Message, e);
        }
    }
}
