using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Podkit.ApiServer.ManagedFields;

/// <summary>
/// The elements of field paths, in the form in which FieldsV1 writes them: <c>f:name</c> a field or map key,
/// <c>k:{"name":"c"}</c> the list element of that key, <c>v:"x"</c> the set element of that value, <c>i:0</c> an index.
/// Keys are written in the order of their names and without white space, so that equal elements are equal strings.
/// </summary>
internal static class PathElement
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Field(string name) => string.Concat("f:", name);

    public static string Value(JsonNode? value) => string.Concat("v:", Json(value));

    /// <summary>The element of a list that is identified by keys; a key that is missing has its default, or is left out.</summary>
    public static string Key(JsonObject item, IReadOnlyList<MergeType.ListKey> keys)
    {
        if (keys.Count == 1 && item[keys[0].Name] is JsonValue value && value.TryGetValue(out string? text) && IsPlain(text))
            return string.Concat(keys[0].Prefix, text, "\"}");
        var buffer = new ArrayBufferWriter<byte>(64);
        using (var writer = new Utf8JsonWriter(buffer, Compact))
        {
            writer.WriteStartObject();
            foreach (var key in keys)
            {
                var found = item[key.Name] ?? key.Default;
                if (found is null) continue;
                writer.WritePropertyName(key.Name);
                found.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        return "k:" + Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>The element in its one form, or null when it is none.</summary>
    public static string? Normalize(string element)
    {
        if (element.Length < 2 || element[1] != ':') return null;
        return element[0] switch
        {
            'f' => element,
            'i' => int.TryParse(element.AsSpan(2), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) ? element : null,
            'k' or 'v' => NormalizeJson(element),
            _ => null,
        };
    }

    /// <summary>As conflicts name it: <c>.name</c>, <c>[name="c"]</c>, <c>[="x"]</c>, <c>[0]</c>.</summary>
    public static string Display(string element) => element[0] switch
    {
        'f' => string.Concat(".", element.AsSpan(2)),
        'k' => $"[{string.Join(',', JsonNode.Parse(element[2..])!.AsObject().Select(x => $"{x.Key}={Json(x.Value)}"))}]",
        'v' => $"[={element[2..]}]",
        _ => $"[{element[2..]}]",
    };

    /// <summary>The order in which FieldsV1 lists elements: fields, keys, values, indexes; numbers by value.</summary>
    public static int Compare(string a, string b)
    {
        if (a[0] != b[0]) return Rank(a[0]).CompareTo(Rank(b[0]));
        return a[0] switch
        {
            'f' => string.CompareOrdinal(a, b),
            'i' => int.Parse(a.AsSpan(2), CultureInfo.InvariantCulture).CompareTo(int.Parse(b.AsSpan(2), CultureInfo.InvariantCulture)),
            _ => CompareJson(a, b),
        };
    }

    private static int Rank(char kind) => kind switch { 'f' => 0, 'k' => 1, 'v' => 2, _ => 3 };

    private static bool IsPlain(string text)
    {
        foreach (var c in text)
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '.' or '_' or '/' or ':')) return false;
        return true;
    }

    private static string Json(JsonNode? value)
    {
        if (value is null) return "null";
        var buffer = new ArrayBufferWriter<byte>(32);
        using (var writer = new Utf8JsonWriter(buffer, Compact)) value.WriteTo(writer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static string? NormalizeJson(string element)
    {
        try
        {
            var node = JsonNode.Parse(element.AsSpan(2).ToString());
            if (element[0] == 'v') return node is JsonObject or JsonArray ? null : Value(node);
            if (node is not JsonObject keys || keys.Any(x => x.Value is JsonObject or JsonArray)) return null;
            var sorted = new JsonObject();
            foreach (var (name, value) in keys.OrderBy(x => x.Key, StringComparer.Ordinal)) sorted[name] = value?.DeepClone();
            return "k:" + Json(sorted);
        }
        catch (JsonException)
        {
            return null;
        }
        catch (ArgumentException)
        {
            // The same key twice.
            return null;
        }
    }

    private static int CompareJson(string a, string b)
    {
        using var x = JsonDocument.Parse(a.AsMemory(2));
        using var y = JsonDocument.Parse(b.AsMemory(2));
        if (a[0] == 'v') return CompareScalars(x.RootElement, y.RootElement);
        using var left = x.RootElement.EnumerateObject().GetEnumerator();
        using var right = y.RootElement.EnumerateObject().GetEnumerator();
        while (true)
        {
            var more = left.MoveNext();
            if (!right.MoveNext()) return more ? 1 : 0;
            if (!more) return -1;
            var order = string.CompareOrdinal(left.Current.Name, right.Current.Name);
            if (order == 0) order = CompareScalars(left.Current.Value, right.Current.Value);
            if (order != 0) return order;
        }
    }

    private static int CompareScalars(JsonElement a, JsonElement b)
    {
        if (a.ValueKind == JsonValueKind.Number && b.ValueKind == JsonValueKind.Number) return a.GetDouble().CompareTo(b.GetDouble());
        if (a.ValueKind == JsonValueKind.String && b.ValueKind == JsonValueKind.String) return string.CompareOrdinal(a.GetString(), b.GetString());
        return a.ValueKind == b.ValueKind ? 0 : Order(a.ValueKind).CompareTo(Order(b.ValueKind));
    }

    private static int Order(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Number => 0,
        JsonValueKind.String => 1,
        JsonValueKind.False => 2,
        JsonValueKind.True => 3,
        _ => 4,
    };
}
