using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Podkit.ApiServer.Tests.Exchanges;

/// <summary>Replaces what differs from server to server, as the tool that made the recordings does.</summary>
internal static partial class Mask
{
    private static readonly HashSet<string> Keys = ["resourceVersion", "uid", "continue", "clusterIP", "ip", "selfLink", "jti", "certificate"];
    private static readonly HashSet<string> Unordered = ["nonResourceRules", "resourceRules", "nonResourceURLs", "causes"];

    public static JsonNode? Apply(JsonNode? value, string? key = null)
    {
        if (value is JsonObject { } deployment && (string?)(deployment["kind"] as JsonValue) == "Deployment")
        {
            value = deployment.DeepClone();
            ((JsonObject)value).Remove("status");
        }

        if (key is not null && Unordered.Contains(key) && value is JsonArray unordered)
            value = new JsonArray([.. unordered.Select(x => Apply(x)).OrderBy(Sorted, StringComparer.Ordinal)]);
        if (key == "cells" && value is JsonArray cells)
            value = new JsonArray([.. cells.Select(x => Text(x) is { } t ? Age().Replace(Address().Replace(t, "<ip>"), "<age>") : x?.DeepClone())]);
        if (key is not null && Keys.Contains(key) && Text(value) is not (null or "" or "None")) return $"<{key}>";
        if (key == "clusterIPs") return "<clusterIPs>";
        return value switch
        {
            JsonObject map => new JsonObject(map.Where(p => p.Key != "deployment.kubernetes.io/revision").Select(p => KeyValuePair.Create(Uid().Replace(p.Key, "<uid>"), Apply(p.Value, p.Key)))),
            JsonArray list => new JsonArray([.. list.Select(x => Apply(x))]),
            _ => Text(value) is { } text ? Line(text, key) : value?.DeepClone(),
        };
    }

    private static string Line(string text, string? key)
    {
        text = Pem().Replace(Jwt().Replace(Uid().Replace(Time().Replace(text, "<time>"), "<uid>"), "<jwt>"), "<pem>");
        if (key == "message" && text.Contains(" is invalid: [", StringComparison.Ordinal))
        {
            var parts = Field().Split(text.Replace("[", "[, ", StringComparison.Ordinal).Replace("]", ", ]", StringComparison.Ordinal));
            text = string.Join(", ", parts.Order(StringComparer.Ordinal));
        }

        return Number().Replace(Generated().Replace(text, "$1<suffix>"), "<n>");
    }

    /// <summary>The order of elements, as the recording tool sorts them.</summary>
    private static string Sorted(JsonNode? node) => node is JsonObject map
        ? $"{{{string.Join(", ", map.Select(p => $"\"{p.Key}\": {Sorted(p.Value)}"))}}}"
        : node?.ToJsonString() ?? "null";

    private static string? Text(JsonNode? node) => node is JsonValue v && v.GetValueKind() == JsonValueKind.String ? v.GetValue<string>() : null;

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")]
    private static partial Regex Time();

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Uid();

    [GeneratedRegex(@"eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+|<jwt>")]
    private static partial Regex Jwt();

    [GeneratedRegex(@"\b(gen-|g-|kube-api-access-|kube-apiserver-)[a-z0-9]{5,}\b")]
    private static partial Regex Generated();

    [GeneratedRegex(@"-----BEGIN [A-Z ]+-----.*?-----END [A-Z ]+-----\n?", RegexOptions.Singleline)]
    private static partial Regex Pem();

    [GeneratedRegex(@"^\d+[smhd](\d+[smh])?$")]
    private static partial Regex Age();

    [GeneratedRegex(@"^\d+\.\d+\.\d+\.\d+$")]
    private static partial Regex Address();

    [GeneratedRegex(@", (?=[a-z]+\.|\])")]
    private static partial Regex Field();

    [GeneratedRegex(@"\b\d{4,}\b")]
    private static partial Regex Number();
}
