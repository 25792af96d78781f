using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Podkit.Model.Schemas;

namespace Podkit.ApiServer.Validation;

/// <summary>
/// Reads a request body by its schema, as the API server's JSON decoder does: it goes on after an error, reports the first,
/// drops unknown fields and remembers them, lets the last of two equal fields win and remembers that too.
/// </summary>
internal static class StrictDecoder
{
    private const int MaxDepth = 1000;
    private static readonly JsonReaderOptions Options = new() { MaxDepth = MaxDepth };

    /// <summary>Reads a body that is known to be well-formed JSON.</summary>
    /// <param name="json">The body.</param>
    /// <param name="schema">The schema of its kind.</param>
    /// <exception cref="JsonException">The body is not JSON, or nested more than 1,000 levels deep.</exception>
    public static DecodedDocument Decode(ReadOnlySpan<byte> json, TypeSchema schema)
    {
        var reader = new Utf8JsonReader(json, Options);
        var run = new DecodingRun();
        reader.Read();
        var value = run.ReadType(ref reader, schema);
        while (reader.Read())
        {
            // A second value after the first is refused by the reader itself.
        }

        return new DecodedDocument(value as JsonObject ?? [], run.Error, run.StrictErrors);
    }

    /// <summary>Reads a document that was built or patched in memory.</summary>
    /// <param name="document">The document.</param>
    /// <param name="schema">The schema of its kind.</param>
    public static DecodedDocument Decode(JsonNode document, TypeSchema schema)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { MaxDepth = MaxDepth })) document.WriteTo(writer);
        return Decode(buffer.GetBuffer().AsSpan(0, (int)buffer.Length), schema);
    }

    /// <summary>The state of one reading: where it stands and what it found.</summary>
    private sealed class DecodingRun
    {
        private readonly List<string> strictErrors = [];
        private readonly List<string> goFields = [];
        private readonly StringBuilder path = new();
        private string goStruct = "";

        public string? Error { get; private set; }

        public IReadOnlyList<string> StrictErrors => strictErrors;

        public JsonNode? ReadType(ref Utf8JsonReader reader, TypeSchema schema)
        {
            if (schema.Fields is null) return ReadSpecial(ref reader, schema);
            if (reader.TokenType == JsonTokenType.StartObject) return ReadStruct(ref reader, schema);
            return Mismatch(ref reader, GoTypeNames.Of(schema));
        }

        private JsonObject ReadStruct(ref Utf8JsonReader reader, TypeSchema schema)
        {
            var result = new JsonObject();
            var (outerStruct, length) = (goStruct, path.Length);
            HashSet<string>? seen = null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!;
                reader.Read();
                goStruct = GoTypeNames.ShortName(schema);
                AppendKey(name);
                if (!schema.Fields!.TryGetValue(name, out var field))
                {
                    strictErrors.Add($"unknown field \"{path}\"");
                    reader.Skip();
                }
                else
                {
                    if (!(seen ??= new(StringComparer.Ordinal)).Add(name)) strictErrors.Add($"duplicate field \"{path}\"");
                    goFields.Add(name);
                    var value = ReadField(ref reader, field);
                    goFields.RemoveAt(goFields.Count - 1);
                    if (value is not null) result[name] = value;
                }

                path.Length = length;
            }

            goStruct = outerStruct;
            return result;
        }

        private JsonNode? ReadField(ref Utf8JsonReader reader, FieldSchema field)
        {
            if (reader.TokenType == JsonTokenType.Null) return null;
            if (field.List is not null) return ReadList(ref reader, field);
            if (field.Map is not null) return ReadMap(ref reader, field);
            if (field.Target is { } target) return ReadType(ref reader, target);
            return ReadScalar(ref reader, field);
        }

        private JsonNode? ReadList(ref Utf8JsonReader reader, FieldSchema field)
        {
            if (reader.TokenType != JsonTokenType.StartArray) return Mismatch(ref reader, GoTypeNames.Of(field, goStruct, Last));
            var result = new JsonArray();
            var length = path.Length;
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                path.Append('[').Append(result.Count).Append(']');
                result.Add(ReadField(ref reader, field.List!) ?? Zero(field.List!));
                path.Length = length;
            }

            return result;
        }

        private JsonNode? ReadMap(ref Utf8JsonReader reader, FieldSchema field)
        {
            if (reader.TokenType != JsonTokenType.StartObject) return Mismatch(ref reader, GoTypeNames.Of(field, goStruct, Last));
            var result = new JsonObject();
            var length = path.Length;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var key = reader.GetString()!;
                reader.Read();
                AppendKey(key);
                if (result.ContainsKey(key)) strictErrors.Add($"duplicate field \"{path}\"");
                result[key] = ReadField(ref reader, field.Map!) ?? Zero(field.Map!);
                path.Length = length;
            }

            return result;
        }

        private JsonNode? ReadScalar(ref Utf8JsonReader reader, FieldSchema field)
        {
            switch (field.Type)
            {
                case "string" when reader.TokenType == JsonTokenType.String:
                    return field.Format == "byte" ? ReadBytes(ref reader) : JsonValue.Create(reader.GetString());
                case "boolean" when reader.TokenType is JsonTokenType.True or JsonTokenType.False:
                    return JsonValue.Create(reader.GetBoolean());
                case "integer" when reader.TokenType == JsonTokenType.Number:
                    if (field.Format == "int32" && reader.TryGetInt32(out var number)) return JsonValue.Create(number);
                    if (field.Format != "int32" && reader.TryGetInt64(out var wide)) return JsonValue.Create(wide);
                    return Fail(Mismatched("number " + Encoding.UTF8.GetString(reader.ValueSpan), GoTypeNames.Of(field, goStruct, Last)));
                case "number" when reader.TokenType == JsonTokenType.Number:
                    return JsonNode.Parse(reader.ValueSpan);
                case null or "object":
                    return JsonNode.Parse(ref reader);
                default:
                    return Mismatch(ref reader, GoTypeNames.Of(field, goStruct, Last));
            }
        }

        private JsonValue? ReadBytes(ref Utf8JsonReader reader)
        {
            var text = reader.GetString()!;
            return Base64Text.Canonical(text, out var canonical, out var error) ? JsonValue.Create(canonical) : Fail(error);
        }

        /// <summary>Types that read themselves: quantities, times, numbers or strings, raw JSON.</summary>
        private JsonNode? ReadSpecial(ref Utf8JsonReader reader, TypeSchema schema)
        {
            switch (GoTypeNames.ShortName(schema))
            {
                case "Quantity":
                    return ReadQuantity(ref reader);
                case "Time" or "MicroTime":
                    if (reader.TokenType != JsonTokenType.String) return Mismatch(ref reader, "string");
                    var time = reader.GetString()!;
                    return Rfc3339.Canonical(time, GoTypeNames.ShortName(schema) == "MicroTime", out var canonical, out var error) ? JsonValue.Create(canonical) : Fail(error);
                case "IntOrString":
                    if (reader.TokenType == JsonTokenType.String) return JsonValue.Create(reader.GetString());
                    if (reader.TokenType != JsonTokenType.Number) return Mismatch(ref reader, "int32");
                    return reader.TryGetInt32(out var number) ? JsonValue.Create(number) : Fail(Mismatched("number " + Encoding.UTF8.GetString(reader.ValueSpan), "int32"));
                case "JSONSchemaPropsOrBool" or "JSONSchemaPropsOrArray" or "JSONSchemaPropsOrStringArray":
                    return ReadSchemaOr(ref reader, schema.Name);
                default:
                    return JsonNode.Parse(ref reader);
            }
        }

        private JsonNode? ReadSchemaOr(ref Utf8JsonReader reader, string name)
        {
            var props = SchemaRegistry.Find(name[..name.LastIndexOf('.')] + ".JSONSchemaProps")!;
            if (reader.TokenType == JsonTokenType.StartObject) return ReadStruct(ref reader, props);
            if (reader.TokenType != JsonTokenType.StartArray || name.EndsWith("OrStringArray", StringComparison.Ordinal)) return JsonNode.Parse(ref reader);
            var result = new JsonArray();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) result.Add(ReadType(ref reader, props));
            return result;
        }

        private JsonValue? ReadQuantity(ref Utf8JsonReader reader)
        {
            var text = reader.TokenType switch
            {
                JsonTokenType.String => reader.GetString()!,
                JsonTokenType.Number => Encoding.UTF8.GetString(reader.ValueSpan),
                _ => "{",
            };
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray) reader.Skip();
            return Model.Quantity.TryParse(text.Trim(), out var quantity) ? JsonValue.Create(quantity.ToString()) : Fail(QuantityError);
        }

        private static JsonNode Zero(FieldSchema field) => field switch
        {
            { List: not null } => new JsonArray(),
            { Map: not null } => new JsonObject(),
            { Reference: "io.k8s.apimachinery.pkg.api.resource.Quantity" } => JsonValue.Create("0"),
            { Reference: not null } => new JsonObject(),
            { Type: "boolean" } => JsonValue.Create(false),
            { Type: "integer" or "number" } => JsonValue.Create(0),
            _ => JsonValue.Create(""),
        };

        private JsonValue? Mismatch(ref Utf8JsonReader reader, string goType)
        {
            var found = reader.TokenType switch
            {
                JsonTokenType.StartObject => "object",
                JsonTokenType.StartArray => "array",
                JsonTokenType.String => "string",
                JsonTokenType.Number => "number",
                _ => "bool",
            };
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray) reader.Skip();
            return Fail(Mismatched(found, goType));
        }

        private string Mismatched(string found, string goType) => goStruct.Length == 0
            ? $"json: cannot unmarshal {found} into Go value of type {goType}"
            : $"json: cannot unmarshal {found} into Go struct field {goStruct}.{string.Join('.', goFields)} of type {goType}";

        private JsonValue? Fail(string error)
        {
            Error ??= error;
            return null;
        }

        private string Last => goFields.Count == 0 ? "" : goFields[^1];

        private void AppendKey(string key)
        {
            if (path.Length > 0) path.Append('.');
            path.Append(key);
        }
    }

    private const string QuantityError = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
}
