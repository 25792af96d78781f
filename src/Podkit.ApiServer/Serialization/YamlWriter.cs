using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Podkit.ApiServer.Serialization;

/// <summary>Writes a document as YAML the way Kubernetes does: keys sorted, block style, strings quoted only when they must be.</summary>
internal static class YamlWriter
{
    public static string Write(JsonNode? node)
    {
        var text = new StringBuilder();
        Node(text, node, 0, inList: false);
        return text.ToString();
    }

    private static void Node(StringBuilder text, JsonNode? node, int indent, bool inList)
    {
        switch (node)
        {
            case JsonObject { Count: > 0 } map:
                var first = true;
                foreach (var (key, value) in map.OrderBy(p => p.Key, StringComparer.Ordinal))
                {
                    if (!(first && inList)) text.Append(' ', indent);
                    first = false;
                    text.Append(Scalar(key)).Append(':');
                    Child(text, value, indent, inMap: true);
                }

                break;
            case JsonArray { Count: > 0 } list:
                for (var i = 0; i < list.Count; i++)
                {
                    if (!(i == 0 && inList)) text.Append(' ', indent);
                    text.Append('-');
                    Child(text, list[i], indent, inMap: false);
                }

                break;
            default:
                text.Append(Leaf(node, indent)).Append('\n');
                break;
        }
    }

    private static void Child(StringBuilder text, JsonNode? value, int indent, bool inMap)
    {
        switch (value)
        {
            case JsonObject { Count: > 0 } when inMap:
                text.Append('\n');
                Node(text, value, indent + 2, inList: false);
                break;
            case JsonArray { Count: > 0 } when inMap:
                text.Append('\n');
                Node(text, value, indent, inList: false);
                break;
            case JsonObject { Count: > 0 } or JsonArray { Count: > 0 }:
                text.Append(' ');
                Node(text, value, indent + 2, inList: true);
                break;
            default:
                text.Append(' ').Append(Leaf(value, indent + 2)).Append('\n');
                break;
        }
    }

    private static string Leaf(JsonNode? node, int indent) => node switch
    {
        null => "null",
        JsonObject => "{}",
        JsonArray => "[]",
        JsonValue v when v.GetValueKind() == JsonValueKind.String => String(v.GetValue<string>(), indent),
        _ => node.ToJsonString(),
    };

    private static string String(string value, int indent)
    {
        if (!value.Contains('\n', StringComparison.Ordinal) || value.Any(c => c is < ' ' and not '\n' and not '\t')) return Scalar(value);
        var body = value.TrimEnd('\n');
        var chomp = (value.Length - body.Length) switch { 0 => "-", 1 => "", _ => "+" };
        if (body.Length == 0 || body.Split('\n').Any(l => l.Length > 0 && l.Trim().Length == 0)) return Quoted(value);
        var hint = body[0] == ' ' ? "2" : "";
        var lines = (chomp == "+" ? value[..^1] : body).Split('\n').Select(l => l.Length == 0 ? "" : new string(' ', indent) + l);
        return $"|{hint}{chomp}\n{string.Join('\n', lines)}";
    }

    private static string Scalar(string value) => NeedsQuotes(value) ? Quoted(value) : value;

    private static bool NeedsQuotes(string value)
    {
        if (value.Length == 0 || value[0] == ' ' || value[^1] == ' ' || value[^1] == ':') return true;
        if (Reserved.Contains(value) || LooksLikeNumber(value) || LooksLikeTime(value)) return true;
        if (value[0] is '!' or '&' or '*' or '%' or '@' or '`' or '{' or '}' or '[' or ']' or ',' or '#' or '|' or '>' or '"' or '\'') return true;
        if (value[0] is '-' or '?' or ':' && (value.Length == 1 || value[1] == ' ')) return true;
        if (value is "---" or "..." || value.StartsWith("--- ", StringComparison.Ordinal)) return true;
        return value.Contains(": ", StringComparison.Ordinal) || value.Contains(" #", StringComparison.Ordinal) || value.Any(c => c < ' ' || c is '\u007f' or '\u0085' or '\u2028' or '\u2029' or '\ufeff');
    }

    private static bool LooksLikeNumber(string value)
    {
        var digits = value.TrimStart('+', '-').Replace("_", "", StringComparison.Ordinal);
        if (digits.Length == 0) return false;
        if (digits[0] == '0' && digits.Length > 2 && digits[1] is 'x' or 'b' or 'o') return digits[2..].All(char.IsAsciiHexDigit);
        return (char.IsAsciiDigit(digits[0]) || (digits[0] == '.' && digits.Length > 1 && char.IsAsciiDigit(digits[1])))
            && digits.All(c => char.IsAsciiDigit(c) || c is '.' or 'e' or 'E' or '+' or '-')
            && (double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out _));
    }

    private static bool LooksLikeTime(string value) =>
        value.Length >= 10 && value[..4].All(char.IsAsciiDigit) && value[4] == '-' && DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _);

    private static string Quoted(string value)
    {
        var text = new StringBuilder("\"");
        foreach (var c in value)
        {
            text.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                < ' ' or '\u007f' => string.Create(CultureInfo.InvariantCulture, $"\\x{(int)c:X2}"),
                _ => c.ToString(),
            });
        }

        return text.Append('"').ToString();
    }

    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal)
    {
        "null", "Null", "NULL", "~", "true", "True", "TRUE", "false", "False", "FALSE", "y", "Y", "yes", "Yes", "YES", "n", "N", "no", "No", "NO",
        "on", "On", "ON", "off", "Off", "OFF", ".inf", ".Inf", ".INF", "-.inf", "-.Inf", "-.INF", "+.inf", "+.Inf", "+.INF", ".nan", ".NaN", ".NAN", "<<", "=",
    };
}
