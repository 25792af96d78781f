using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Podkit.Model.Yaml;

/// <summary>Reads JSON manifests, one value after the other, and remembers the line of each field.</summary>
internal static class JsonReading
{
    public static List<YamlDocument> Read(string text, string file)
    {
        var bytes = Encoding.UTF8.GetBytes(text.TrimStart('\uFEFF'));
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { AllowMultipleValues = true, MaxDepth = YamlDocuments.MaximumDepth });
        var documents = new List<YamlDocument>();
        try
        {
            while (reader.Read())
            {
                var lines = new Dictionary<string, int>(StringComparer.Ordinal);
                var counter = new LineCounter(bytes);
                var line = counter.At(reader.TokenStartIndex);
                documents.Add(new YamlDocument(Value(ref reader, "", lines, counter, file), file, line, lines));
            }
        }
        catch (JsonException e)
        {
            throw new YamlFormatException(file, (e.LineNumber ?? 0) + 1, (e.BytePositionInLine ?? 0) + 1, Reason(e.Message));
        }

        return documents;
    }

    private static string Reason(string message)
    {
        var place = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return place < 0 ? message : message[..place];
    }

    private static JsonNode? Value(ref Utf8JsonReader reader, string path, Dictionary<string, int> lines, LineCounter counter, string file)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return Object(ref reader, path, lines, counter, file);
            case JsonTokenType.StartArray:
                var array = new JsonArray();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    var element = string.Create(CultureInfo.InvariantCulture, $"{path}[{array.Count}]");
                    lines[element] = counter.At(reader.TokenStartIndex);
                    array.Add(Value(ref reader, element, lines, counter, file));
                }

                return array;
            case JsonTokenType.Null:
                return null;
            default:
                using (var document = JsonDocument.ParseValue(ref reader)) return JsonValue.Create(document.RootElement.Clone());
        }
    }

    private static JsonObject Object(ref Utf8JsonReader reader, string path, Dictionary<string, int> lines, LineCounter counter, string file)
    {
        var mapping = new JsonObject();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = reader.GetString()!;
            var field = path.Length == 0 ? name : $"{path}.{name}";
            var line = counter.At(reader.TokenStartIndex);
            if (mapping.ContainsKey(name)) throw new YamlFormatException(file, line, 1, $"the key \"{name}\" is set twice, first in line {lines[field]}");
            lines[field] = line;
            lines[$"{path}[{name}]"] = line;
            reader.Read();
            mapping[name] = Value(ref reader, field, lines, counter, file);
        }

        return mapping;
    }

    /// <summary>Counts line ends once, going forward.</summary>
    private sealed class LineCounter(byte[] bytes)
    {
        private long position;
        private int line = 1;

        public int At(long index)
        {
            line += bytes.AsSpan((int)position, (int)(index - position)).Count((byte)'\n');
            position = index;
            return line;
        }
    }
}
