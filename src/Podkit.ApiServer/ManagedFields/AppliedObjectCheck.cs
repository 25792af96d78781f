using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Podkit.ApiServer.Patching;

namespace Podkit.ApiServer.ManagedFields;

/// <summary>Checks that an applied document fits its schema: what is applied is merged by field, so a field that does not exist has no meaning.</summary>
internal static class AppliedObjectCheck
{
    /// <summary>The problems in Kubernetes' words, or null.</summary>
    public static string? Find(JsonObject document, MergeType type)
    {
        var problems = new List<string>();
        Walk(document, type, "", problems);
        return problems.Count switch
        {
            0 => null,
            1 => problems[0],
            _ => "errors:\n  " + string.Join("\n  ", problems),
        };
    }

    private static void Walk(JsonNode? node, MergeType type, string path, List<string> problems)
    {
        if (node is null) return;
        switch (type.Inner ?? type.Shape)
        {
            case MergeShape.Map:
                if (node is JsonObject members) Map(members, type, path, problems);
                else problems.Add(At(path, $"expected map, got {Shown(node)}"));
                break;
            case MergeShape.List:
            case MergeShape.Set:
                if (node is JsonArray items) List(items, type, path, problems);
                else problems.Add(At(path, $"expected list, got {Shown(node)}"));
                break;
            case MergeShape.Atomic when type.Scalar is not null:
                Scalar(node, type.Scalar, path, problems);
                break;
        }
    }

    private static void Map(JsonObject members, MergeType type, string path, List<string> problems)
    {
        foreach (var (name, value) in members)
        {
            var inner = path + "." + name;
            if (type.Fields?.GetValueOrDefault(name) is { } field) Walk(value, field.Type, inner, problems);
            else if (type.Element is not null) Walk(value, type.Element, inner, problems);
            else if (type.Fields is not null) problems.Add(At(inner, "field not declared in schema"));
        }
    }

    private static void List(JsonArray items, MergeType type, string path, List<string> problems)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < items.Count; i++)
        {
            var display = $"[{i.ToString(CultureInfo.InvariantCulture)}]";
            if (type.Shape is MergeShape.List or MergeShape.Set)
            {
                if (MissingKey(items[i], type) is { } problem)
                {
                    problems.Add(At(path, $"element {i}: {problem}"));
                    continue;
                }

                var element = ObjectComparer.ElementOf(items[i], type);
                display = PathElement.Display(element);
                if (!seen.Add(element)) problems.Add(At(path, $"duplicate entries for key {display}"));
            }

            Walk(items[i], type.Element ?? MergeType.Deduced, path + display, problems);
        }
    }

    private static string? MissingKey(JsonNode? item, MergeType list)
    {
        if (list.Shape == MergeShape.Set) return item is null ? "associative list without keys has an element that's an explicit null" : null;
        if (item is not JsonObject members) return "associative list with keys may not have non-map elements";
        foreach (var key in list.Keys)
            if (members[key.Name] is null && key.Default is null)
                return $"associative list with keys has an element that omits key field \"{key.Name}\" (and doesn't have default value)";
        return null;
    }

    private static void Scalar(JsonNode node, string scalar, string path, List<string> problems)
    {
        var kind = node.GetValueKind();
        switch (scalar)
        {
            case "integer" or "number" when kind != JsonValueKind.Number:
                problems.Add(At(path, $"expected numeric (int or float), got {GoType(kind)}"));
                break;
            case "string" when kind != JsonValueKind.String:
                problems.Add(At(path, $"expected string, got &value.valueUnstructured{{Value:{GoText.Of(node)}}}"));
                break;
            case "boolean" when kind is not (JsonValueKind.True or JsonValueKind.False):
                problems.Add(At(path, $"expected boolean, got &value.valueUnstructured{{Value:{(kind == JsonValueKind.String ? $"\"{node}\"" : GoText.Of(node))}}}"));
                break;
        }
    }

    private static string GoType(JsonValueKind kind) => kind switch
    {
        JsonValueKind.String => "string",
        JsonValueKind.True or JsonValueKind.False => "bool",
        JsonValueKind.Object => "map[string]interface {}",
        _ => "[]interface {}",
    };

    private static string Shown(JsonNode node) => $"&{{{GoText.Of(node)}}}";

    private static string At(string path, string problem) => path.Length == 0 ? problem : $"{path}: {problem}";
}
