using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Podkit.ApiServer.Patching;

/// <summary>JSON values as Go's <c>%v</c> prints them: some of Kubernetes' messages contain them.</summary>
internal static class GoText
{
    public static string Of(JsonNode? node)
    {
        var text = new StringBuilder();
        Write(text, node);
        return text.ToString();
    }

    private static void Write(StringBuilder text, JsonNode? node)
    {
        switch (node)
        {
            case null:
                text.Append("<nil>");
                break;
            case JsonObject members:
                text.Append("map[");
                WriteAll(text, members.OrderBy(x => x.Key, StringComparer.Ordinal), x => { text.Append(x.Key).Append(':'); Write(text, x.Value); });
                text.Append(']');
                break;
            case JsonArray items:
                text.Append('[');
                WriteAll(text, items, x => Write(text, x));
                text.Append(']');
                break;
            default:
                text.Append(node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : Scalar(node));
                break;
        }
    }

    private static string Scalar(JsonNode node) => node.GetValueKind() switch
    {
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => node.AsValue().TryGetValue(out long number) ? number.ToString(CultureInfo.InvariantCulture) : node.ToJsonString(),
    };

    private static void WriteAll<T>(StringBuilder text, IEnumerable<T> items, Action<T> write)
    {
        var first = true;
        foreach (var item in items)
        {
            if (!first) text.Append(' ');
            first = false;
            write(item);
        }
    }
}
