using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Podkit.ApiServer.Validation;

/// <summary>JSON as Go's <c>json.MarshalIndent</c> writes it, indented by one blank a level.</summary>
internal static class GoIndent
{
    /// <summary>The lines of a value.</summary>
    public static string[] Lines(JsonNode? value)
    {
        var text = new StringBuilder();
        Write(text, value, 0);
        return text.ToString().Split('\n');
    }

    private static void Write(StringBuilder text, JsonNode? value, int depth)
    {
        switch (value)
        {
            case JsonObject { Count: > 0 } map:
                text.Append('{');
                var separator = "";
                foreach (var (name, item) in map)
                {
                    NewLine(text.Append(separator), depth + 1);
                    Quote(text, name);
                    Write(text.Append(": "), item, depth + 1);
                    separator = ",";
                }

                NewLine(text, depth).Append('}');
                break;
            case JsonArray { Count: > 0 } list:
                text.Append('[');
                for (var i = 0; i < list.Count; i++) Write(NewLine(text.Append(i == 0 ? "" : ","), depth + 1), list[i], depth + 1);
                NewLine(text, depth).Append(']');
                break;
            case JsonValue scalar when scalar.GetValueKind() == JsonValueKind.String:
                Quote(text, scalar.GetValue<string>());
                break;
            default:
                text.Append(value?.ToJsonString() ?? "null");
                break;
        }
    }

    private static StringBuilder NewLine(StringBuilder text, int depth) => text.Append('\n').Append(' ', depth);

    private static void Quote(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' or '\\' => text.Append('\\').Append(c),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                < ' ' or '<' or '>' or '&' or '\u2028' or '\u2029' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => text.Append(c),
            };
        }

        text.Append('"');
    }
}
