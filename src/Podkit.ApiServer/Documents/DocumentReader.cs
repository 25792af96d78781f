using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Podkit.Model;
using Podkit.Model.Schemas;

namespace Podkit.ApiServer.Documents;

/// <summary>
/// Reads JSON into a document by its schema, as decoding into Go structs and encoding again would leave it: unknown fields are dropped
/// and noted, of duplicate fields the last stays, nulls and empty lists and maps go, and a value of the wrong type is an error.
/// </summary>
internal sealed class DocumentReader
{
    private const string QuantityError = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
    private readonly List<string> problems = [];
    private readonly Stack<string> names = new();

    /// <summary>Strict decoding errors, in the order of the text: <c>unknown field "spec.x"</c>, <c>duplicate field "data.a"</c>.</summary>
    public IReadOnlyList<string> Problems => problems;

    /// <summary>Reads an object of a type.</summary>
    /// <param name="json">Valid JSON.</param>
    /// <param name="type">The type; null keeps everything as it is.</param>
    /// <exception cref="DecodeException">A value does not fit its field.</exception>
    public JsonObject Read(ReadOnlySpan<byte> json, TypeSchema? type)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 512 });
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) throw new DecodeException($"json: cannot unmarshal {Word(reader.TokenType)} into Go value of type {GoName(type?.Name ?? "object")}");
        return Object(ref reader, type, "");
    }

    private JsonObject Object(ref Utf8JsonReader reader, TypeSchema? type, string path)
    {
        var result = new JsonObject();
        HashSet<string>? seen = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            var at = path.Length == 0 ? name : $"{path}.{name}";
            reader.Read();
            if (!(seen ??= new(StringComparer.Ordinal)).Add(name)) problems.Add($"duplicate field \"{at}\"");
            FieldSchema? field = null;
            if (type?.Fields is { } fields && !fields.TryGetValue(name, out field))
            {
                problems.Add($"unknown field \"{at}\"");
                reader.Skip();
                continue;
            }

            names.Push(name);
            var value = type?.Fields is null ? Free(ref reader) : Value(ref reader, field, type, at);
            names.Pop();
            if (value is null && type is not null) result.Remove(name);
            else result[name] = value;
        }

        return result;
    }

    private JsonNode? Value(ref Utf8JsonReader reader, FieldSchema? field, TypeSchema owner, string path)
    {
        if (reader.TokenType == JsonTokenType.Null || field is null) return field is null ? Free(ref reader) : null;
        if (field.List is { } element) return List(ref reader, field, element, owner, path);
        if (field.Map is { } values) return Map(ref reader, field, values, owner, path);
        if (field.Reference is not null) return Reference(ref reader, field, owner, path);
        return Scalar(ref reader, field, owner);
    }

    private JsonArray? List(ref Utf8JsonReader reader, FieldSchema field, FieldSchema element, TypeSchema owner, string path)
    {
        if (reader.TokenType != JsonTokenType.StartArray) throw Mismatch(ref reader, owner, GoType(field));
        var list = new JsonArray();
        for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
            list.Add(reader.TokenType == JsonTokenType.Null ? Zero(element) : Value(ref reader, element, owner, string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]")));
        return list.Count == 0 && !owner.Required.Contains(names.Peek()) ? null : list;
    }

    private JsonObject? Map(ref Utf8JsonReader reader, FieldSchema field, FieldSchema values, TypeSchema owner, string path)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw Mismatch(ref reader, owner, GoType(field));
        var map = new JsonObject();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (map.ContainsKey(name)) problems.Add($"duplicate field \"{path}.{name}\"");
            map[name] = reader.TokenType == JsonTokenType.Null ? Zero(values) : Value(ref reader, values, owner, $"{path}.{name}");
        }

        return map.Count == 0 ? null : map;
    }

    private JsonNode? Reference(ref Utf8JsonReader reader, FieldSchema field, TypeSchema owner, string path)
    {
        var type = field.Target;
        if (type?.Fields is not null)
        {
            if (reader.TokenType != JsonTokenType.StartObject) throw Mismatch(ref reader, owner, GoType(field));
            return Object(ref reader, type, path);
        }

        return field.Reference![(field.Reference.LastIndexOf('.') + 1)..] switch
        {
            "Quantity" => QuantityValue(ref reader),
            "IntOrString" => IntOrStringValue(ref reader),
            "Time" => Time(ref reader, micro: false),
            "MicroTime" => Time(ref reader, micro: true),
            _ => Free(ref reader),
        };
    }

    private JsonValue Scalar(ref Utf8JsonReader reader, FieldSchema field, TypeSchema owner)
    {
        switch (field.Type, reader.TokenType)
        {
            case ("string", JsonTokenType.String):
                var text = reader.GetString()!;
                if (field.Format == "byte") CheckBase64(text);
                return JsonValue.Create(text);
            case ("boolean", JsonTokenType.True):
                return JsonValue.Create(true);
            case ("boolean", JsonTokenType.False):
                return JsonValue.Create(false);
            case ("integer", JsonTokenType.Number):
                if (!reader.TryGetInt64(out var whole) || (field.Format == "int32" && whole is < int.MinValue or > int.MaxValue))
                    throw Mismatch(ref reader, owner, GoType(field), "number " + Encoding.UTF8.GetString(reader.ValueSpan));
                return JsonValue.Create(whole);
            case ("number", JsonTokenType.Number):
                return JsonValue.Create(reader.GetDouble());
            case (null, _) when reader.TokenType is not (JsonTokenType.StartArray or JsonTokenType.StartObject):
                return (JsonValue)Free(ref reader)!;
            default:
                throw Mismatch(ref reader, owner, GoType(field));
        }
    }

    private static JsonValue QuantityValue(ref Utf8JsonReader reader)
    {
        var text = reader.TokenType switch
        {
            JsonTokenType.String => reader.GetString()!,
            JsonTokenType.Number => Encoding.UTF8.GetString(reader.ValueSpan),
            _ => "",
        };
        if (!Quantity.TryParse(text, out var quantity)) throw new DecodeException(QuantityError);
        return JsonValue.Create(quantity.ToString());
    }

    private static JsonValue IntOrStringValue(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String) return JsonValue.Create(reader.GetString()!);
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var number)) return JsonValue.Create((long)number);
        throw new DecodeException($"json: cannot unmarshal {Word(reader.TokenType)} into Go value of type string");
    }

    private static JsonValue? Time(ref Utf8JsonReader reader, bool micro)
    {
        if (reader.TokenType != JsonTokenType.String) throw new DecodeException($"json: cannot unmarshal {Word(reader.TokenType)} into Go value of type string");
        var text = reader.GetString()!;
        if (!TryTime(text, out var time))
            throw new DecodeException($"parsing time \"{text}\" as \"{(micro ? "2006-01-02T15:04:05.000000Z07:00" : "2006-01-02T15:04:05Z07:00")}\": cannot parse \"{text}\" as \"2006\"");
        return JsonValue.Create(time.UtcDateTime.ToString(micro ? "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'" : "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
    }

    private static bool TryTime(string text, out DateTimeOffset time)
    {
        time = default;
        return text.Length >= 20 && text[10] == 'T'
            && (text[^1] == 'Z' || text[^3] == ':')
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
    }

    /// <summary>A value that no schema describes: kept as it is.</summary>
    private static JsonNode? Free(ref Utf8JsonReader reader) => JsonNode.Parse(ref reader);

    private static void CheckBase64(string text)
    {
        var digits = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is '\r' or '\n') continue;
            if (char.IsAsciiLetterOrDigit(c) || c is '+' or '/') digits++;
            else if (c == '=' && digits % 4 >= 2 && text.AsSpan(i).TrimEnd("\r\n").TrimEnd('=').Length == 0 && (digits + text.AsSpan(i).Count('=')) % 4 == 0) return;
            else throw new DecodeException(string.Create(CultureInfo.InvariantCulture, $"illegal base64 data at input byte {i}"));
        }

        if (digits % 4 != 0) throw new DecodeException(string.Create(CultureInfo.InvariantCulture, $"illegal base64 data at input byte {digits - (digits % 4)}"));
    }

    private static JsonNode? Zero(FieldSchema field) => field switch
    {
        { List: not null } or { Map: not null } => null,
        { Target.Fields: not null } => new JsonObject(),
        { Type: "string" } => JsonValue.Create(""),
        { Type: "integer" or "number" } => JsonValue.Create(0L),
        { Type: "boolean" } => JsonValue.Create(false),
        _ => null,
    };

    private DecodeException Mismatch(ref Utf8JsonReader reader, TypeSchema owner, string type, string? found = null) => new(
        $"json: cannot unmarshal {found ?? Word(reader.TokenType)} into Go struct field {owner.Name[(owner.Name.LastIndexOf('.') + 1)..]}.{string.Join('.', names.Reverse())} of type {type}");

    private static string Word(JsonTokenType token) => token switch
    {
        JsonTokenType.String => "string",
        JsonTokenType.Number => "number",
        JsonTokenType.True or JsonTokenType.False => "bool",
        JsonTokenType.StartArray => "array",
        JsonTokenType.StartObject => "object",
        _ => "null",
    };

    /// <summary>The Go type of a field, as its decoder names it.</summary>
    private static string GoType(FieldSchema field) => field switch
    {
        { Type: "string", Format: "byte" } => "[]uint8",
        { List: { } element } => "[]" + GoType(element),
        { Map: { } values } => "map[string]" + GoType(values),
        { Reference: { } name } => GoName(name),
        { Type: "integer", Format: { } format } => format,
        { Type: "integer" } => "int64",
        { Type: "number" } => "float64",
        { Type: "boolean" } => "bool",
        _ => "string",
    };

    /// <summary><c>v1.Container</c> of <c>io.k8s.api.core.v1.Container</c>.</summary>
    private static string GoName(string name)
    {
        var parts = name.Split('.');
        return parts.Length < 2 ? name : $"{parts[^2]}.{parts[^1]}";
    }
}
