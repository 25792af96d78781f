using System.Text;
using System.Text.Json;

namespace Podkit.Model.Tests.Json;

/// <summary>Documents of a type by its facts, now and then with what no server should send.</summary>
internal sealed class RandomJson(JsonElement schemas, Random random, int oddity)
{
    private static readonly string[] s_odd =
        ["null", "true", "-1", "1.5", "1e3", "99999999999999999999", "\"x\"", "\"\"", "\"\\ud800\"", "{}", "[]", "[null]", "[1,[2,{}]]", "{\"a\":{\"b\":[1]}}", "\"aGk=\"", "\"2026-01-31T12:00:00.5+01:00\""];

    public string Of(string schema)
    {
        var text = new StringBuilder();
        Write(text, schema, 0);
        return text.ToString();
    }

    private void Write(StringBuilder text, string schema, int depth)
    {
        var properties = schemas.GetProperty(schema).GetProperty("properties").EnumerateObject().ToArray();
        var first = true;
        text.Append('{');
        foreach (var property in random.GetItems(properties, Math.Max(0, (depth == 0 ? properties.Length * 2 : 4) - depth)))
        {
            text.Append(first ? "" : ",").Append(random.Next(8) == 0 ? " " : "");
            first = false;
            WriteName(text, property.Name);
            WriteValue(text, property.Value, depth + 1);
        }

        text.Append(random.Next(8) == 0 ? first ? "\"other\":[{\"a\":1}]" : ",\"other\":{\"metadata\":[1]}" : "").Append('}');
    }

    private void WriteName(StringBuilder text, string name) => text.Append('"').Append(random.Next(40) switch
    {
        0 => $"\\u{(int)name[0]:x4}{name[1..]}",
        1 => name.ToUpperInvariant(),
        2 => name + "X",
        3 => "",
        _ => name,
    }).Append("\":");

    private void WriteValue(StringBuilder text, JsonElement field, int depth)
    {
        if (random.Next(1000) < oddity) text.Append(s_odd[random.Next(s_odd.Length)]);
        else if (random.Next(40) == 0 && !IsNumber(field)) text.Append("null");
        else if (field.TryGetProperty("list", out var item)) WriteMany(text, '[', ']', () => WriteValue(text, item, depth + 1));
        else if (field.TryGetProperty("map", out var value))
        {
            WriteMany(text, '{', '}', () =>
            {
                text.Append('"').Append(s_words[random.Next(s_words.Length)]).Append(random.Next(4)).Append("\":");
                WriteValue(text, value, depth + 1);
            });
        }
        else if (field.TryGetProperty("ref", out var reference)) WriteReference(text, reference.GetString()!, depth);
        else text.Append(Plain(field));
    }

    private static bool IsNumber(JsonElement field) => field.TryGetProperty("type", out var type) && type.GetString() is "integer" or "number" or "boolean";

    private void WriteMany(StringBuilder text, char begin, char end, Action write)
    {
        text.Append(begin);
        for (var i = random.Next(random.Next(8) == 0 ? 12 : 4); i > 0; i--)
        {
            write();
            if (i > 1) text.Append(',');
        }

        text.Append(end);
    }

    private void WriteReference(StringBuilder text, string schema, int depth)
    {
        if (depth > 8 && schemas.GetProperty(schema).TryGetProperty("properties", out _)) text.Append("{}");
        else if (schema.EndsWith(".Quantity", StringComparison.Ordinal)) text.Append(Pick("\"100m\"", "\"1Gi\"", "5", "0.1", "\"12e6\"", "\"0\""));
        else if (schema.EndsWith(".IntOrString", StringComparison.Ordinal)) text.Append(Pick("80", "\"http\"", "\"25%\"", "-3"));
        else if (schema.EndsWith("Time", StringComparison.Ordinal)) text.Append(Pick("\"2026-01-31T12:00:05Z\"", "null", "\"2024-02-29T23:59:59Z\"", "\"2026-01-31T12:00:05.123456Z\"", "\"2026-01-31T12:00:05+02:00\"", "\"2026-02-30T12:00:05Z\"", "\"2026-01-31T24:00:00Z\"", "\"2026-01-31T1a:00:00Z\"", "\"-026-01-31T12:00:00Z\"", "\"0000-01-31T12:00:00Z\""));
        else if (schemas.GetProperty(schema).TryGetProperty("properties", out _)) Write(text, schema, depth + 1);
        else text.Append(Pick("{\"f:a\":{\".\":{}}}", "[1,\"a\"]", "true", "\"text\"", "null", "1.50"));
    }

    private string Plain(JsonElement field)
    {
        var format = field.TryGetProperty("format", out var f) ? f.GetString() : null;
        return (field.TryGetProperty("type", out var t) ? t.GetString() : null) switch
        {
            "string" when format == "byte" => Pick("\"aGk=\"", "\"\"", "\"/+8=\""),
            "string" => Text(),
            "integer" => Pick("0", "80", "-1", format == "int64" ? "9007199254740993" : "2147483647"),
            "number" => Pick("0", "1.5", "-2e10"),
            "boolean" => Pick("true", "false"),
            _ => Pick("{\"a\":[1]}", "\"x\"", "7"),
        };
    }

    private string Text() => "\"" + s_words[random.Next(s_words.Length)] + (random.Next(3) == 0 ? random.Next(100).ToString(System.Globalization.CultureInfo.InvariantCulture) : "") + "\"";

    private string Pick(params string[] values) => values[random.Next(values.Length)];

    private static readonly string[] s_words = ["app", "Running", "", "a\\nb", "\\u00e4", "äöü", "registry.example.com/shop/app:1.2.3", "kubernetes.io/os", new string('x', 200), "v1"];
}
