using System.Text.Json.Nodes;

namespace Podkit.ApiServer.Tests.Exchanges;

/// <summary>What is unlike in two documents.</summary>
internal static class Differences
{
    public static IEnumerable<string> Between(JsonNode? want, JsonNode? got, string path = "")
    {
        if (want is JsonObject wanted && got is JsonObject gotten)
        {
            foreach (var key in wanted.Select(p => p.Key).Union(gotten.Select(p => p.Key)).Order(StringComparer.Ordinal))
            {
                if (!gotten.ContainsKey(key)) yield return $"{path}/{key}: want {Short(wanted[key])}, got nothing";
                else if (!wanted.ContainsKey(key)) yield return $"{path}/{key}: want nothing, got {Short(gotten[key])}";
                else foreach (var difference in Between(wanted[key], gotten[key], $"{path}/{key}")) yield return difference;
            }
        }
        else if (want is JsonArray left && got is JsonArray right)
        {
            if (left.Count != right.Count) yield return $"{path}: want {left.Count} elements, got {right.Count}";
            for (var i = 0; i < Math.Min(left.Count, right.Count); i++)
            {
                foreach (var difference in Between(left[i], right[i], $"{path}/{i}")) yield return difference;
            }
        }
        else if (!JsonNode.DeepEquals(want, got))
        {
            yield return $"{path}: want {Short(want)}, got {Short(got)}";
        }
    }

    private static string Short(JsonNode? node)
    {
        var text = node?.ToJsonString() ?? "null";
        return text.Length > 200 ? text[..200] + "…" : text;
    }
}
