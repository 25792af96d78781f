using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Podkit.Cli.Output;
using Podkit.Model.Schemas;

namespace Podkit.Cli.Rendering;

/// <summary>A <c>--set</c>: a field that only a running cluster would fill, such as <c>status.podIP=10.1.2.3</c>.</summary>
internal sealed record FieldAssignment(IReadOnlyList<object> Path, JsonNode Value)
{
    private static readonly TypeSchema Pod = SchemaRegistry.FindKind("", "v1", "Pod")!;

    /// <summary>Reads <c>path=value</c>. A path is <c>a.b</c>, <c>list[0].a</c>, <c>labels['a.b/c']</c> or <c>labels[a.b/c]</c>.</summary>
    /// <exception cref="CliException">The text is no assignment, or the pod has no such field.</exception>
    public static FieldAssignment Parse(string text)
    {
        var equals = Assignment(text);
        if (equals <= 0) throw CliException.BadInput($"--set {text}: expected FIELD=VALUE, such as status.podIP=10.1.2.3");
        var path = Split(text[..equals], text);
        var value = text[(equals + 1)..];
        if (path is ["status", "podIP" or "hostIP"] or ["status", "podIPs" or "hostIPs", int, "ip"] && !IPAddress.TryParse(value, out _))
            throw CliException.BadInput($"--set {text}: \"{value}\" is no IP address");
        return new FieldAssignment(path, Scalar(path, text)(value));
    }

    /// <summary>Sets the field. The plural of an address follows its singular, as an API server keeps them.</summary>
    public void Apply(JsonObject pod)
    {
        JsonNode at = pod;
        for (var i = 0; i < Path.Count - 1; i++) at = Step(at, Path[i], Path[i + 1]);
        var value = Value.DeepClone();
        if (at is JsonArray list) Put(list, (int)Path[^1], value);
        else at[(string)Path[^1]] = value;
        if (Path is ["status", "podIP"]) pod["status"]!["podIPs"] = new JsonArray(new JsonObject { ["ip"] = Value.DeepClone() });
        if (Path is ["status", "hostIP"]) pod["status"]!["hostIPs"] = new JsonArray(new JsonObject { ["ip"] = Value.DeepClone() });
        if (Path is ["status", "podIPs" or "hostIPs", 0, "ip"]) pod["status"]![((string)Path[1])[..^1]] = Value.DeepClone();
    }

    private static int Assignment(string text)
    {
        var depth = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '[') depth++;
            else if (text[i] == ']') depth--;
            else if (text[i] == '=' && depth == 0) return i;
        }

        return -1;
    }

    private static List<object> Split(string path, string text)
    {
        var parts = new List<object>();
        for (var at = 0; at < path.Length;)
        {
            if (path[at] == '[')
            {
                var end = path.IndexOf(']', at);
                if (end < 0) throw CliException.BadInput($"--set {text}: the [ has no ]");
                var key = path[(at + 1)..end];
                var name = key.Trim('\'', '"');
                parts.Add(name == key && int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < 1000 ? index : name);
                at = end + 1;
            }
            else
            {
                if (path[at] == '.') at++;
                var end = path.AsSpan(at).IndexOfAny('.', '[');
                end = end < 0 ? path.Length : at + end;
                if (end == at) throw CliException.BadInput($"--set {text}: a field's name is missing");
                parts.Add(path[at..end]);
                at = end;
            }
        }

        return parts;
    }

    private static JsonNode Step(JsonNode at, object key, object next)
    {
        JsonNode? child = key is int index ? index < ((JsonArray)at).Count ? at[index] : null : at[(string)key];
        if (child is null)
        {
            child = next is int ? new JsonArray() : new JsonObject();
            if (key is int i) Put((JsonArray)at, i, child);
            else at[(string)key] = child;
        }

        return child;
    }

    private static void Put(JsonArray list, int index, JsonNode value)
    {
        while (list.Count <= index) list.Add((JsonNode?)null);
        list[index] = value;
    }

    /// <summary>Follows the path through the schema of a pod to the type of what is set.</summary>
    private static Func<string, JsonNode> Scalar(List<object> path, string text)
    {
        var type = Pod;
        FieldSchema? field = null;
        foreach (var part in path)
        {
            field = part is int ? field?.List
                : field?.Map is { } value ? value
                : (field is null ? type : field.Target)?.Fields?.GetValueOrDefault((string)part);
            if (field is null) throw CliException.BadInput($"--set {text}: a pod has no field {part} there");
        }

        return (field!.Type, field.Target?.Fields is not null || field.List is not null || field.Map is not null) switch
        {
            (_, true) => throw CliException.BadInput($"--set {text}: that field holds more than one value"),
            ("integer", _) => v => long.TryParse(v, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var n) ? JsonValue.Create(n) : throw CliException.BadInput($"--set {text}: \"{v}\" is no whole number"),
            ("boolean", _) => v => bool.TryParse(v, out var b) ? JsonValue.Create(b) : throw CliException.BadInput($"--set {text}: \"{v}\" is neither true nor false"),
            _ => v => JsonValue.Create(v),
        };
    }
}
