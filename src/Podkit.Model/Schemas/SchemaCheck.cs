using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Podkit.Model.Schemas;

/// <summary>
/// Checks a document's shape for a person who wrote it: unknown fields with what is allowed in their place, wrong types,
/// values outside an enumeration. Stricter than the API server, which ignores unknown fields unless asked.
/// </summary>
public static class SchemaCheck
{
    /// <summary>Every place where the document does not fit; none when it does.</summary>
    /// <param name="document">The object, with <c>apiVersion</c> and <c>kind</c>.</param>
    /// <param name="type">The schema of its kind.</param>
    public static IReadOnlyList<SchemaProblem> Check(JsonObject document, TypeSchema type)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(type);
        var problems = new List<SchemaProblem>();
        Object(document, type, "", problems);
        return problems;
    }

    private static void Object(JsonObject value, TypeSchema type, string path, List<SchemaProblem> problems)
    {
        foreach (var (name, field) in value)
        {
            var at = path.Length == 0 ? name : $"{path}.{name}";
            if (type.Fields!.TryGetValue(name, out var schema)) Field(field, schema, at, problems);
            else problems.Add(new SchemaProblem(at, Unknown(name, type.Fields.Keys)));
        }
    }

    private static void Field(JsonNode? value, FieldSchema schema, string path, List<SchemaProblem> problems)
    {
        if (value is null) return;
        if (schema.List is { } element) List(value, element, path, problems);
        else if (schema.Map is { } entry) Map(value, entry, path, problems);
        else if (schema.Target is { } target) Reference(value, target, path, problems);
        else Scalar(value, schema, path, problems);
    }

    private static void List(JsonNode value, FieldSchema element, string path, List<SchemaProblem> problems)
    {
        if (value is not JsonArray list)
        {
            problems.Add(Wrong(path, "a list", value));
            return;
        }

        for (var i = 0; i < list.Count; i++) Field(list[i], element, string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"), problems);
    }

    private static void Map(JsonNode value, FieldSchema entry, string path, List<SchemaProblem> problems)
    {
        if (value is not JsonObject map) problems.Add(Wrong(path, "a map", value));
        else
            foreach (var (key, item) in map) Field(item, entry, $"{path}[{key}]", problems);
    }

    private static void Reference(JsonNode value, TypeSchema target, string path, List<SchemaProblem> problems)
    {
        var kind = value.GetValueKind();
        if (target.Fields is not null)
        {
            if (value is JsonObject o) Object(o, target, path, problems);
            else problems.Add(Wrong(path, "an object", value));
        }
        else if (target.Name.EndsWith(".Quantity", StringComparison.Ordinal))
        {
            if (kind is not (JsonValueKind.String or JsonValueKind.Number)) problems.Add(Wrong(path, "a quantity, such as 500m or 128Mi,", value));
            else if (!Quantity.TryParse(value.ToString(), out _)) problems.Add(new SchemaProblem(path, $"\"{value}\" is no quantity: a number with a unit such as 500m, 2, 128Mi or 1G"));
        }
        else if (target.Format == "int-or-string")
        {
            if (kind is not (JsonValueKind.String or JsonValueKind.Number)) problems.Add(Wrong(path, "a number or a string", value));
        }
        else if (target.Format == "date-time")
        {
            if (kind != JsonValueKind.String || !DateTimeOffset.TryParse(value.GetValue<string>(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _))
                problems.Add(new SchemaProblem(path, $"{value.ToJsonString()} is no time: RFC 3339, such as 2026-01-31T12:00:00Z"));
        }
    }

    private static void Scalar(JsonNode value, FieldSchema schema, string path, List<SchemaProblem> problems)
    {
        var kind = value.GetValueKind();
        switch (schema.Type)
        {
            case "string" when kind != JsonValueKind.String:
                problems.Add(kind is JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False
                    ? new SchemaProblem(path, $"expected a string, found {Describe(value)}: put it in quotes")
                    : Wrong(path, "a string", value));
                break;
            case "string" when schema.Enum is { } allowed && !allowed.Contains(value.GetValue<string>(), StringComparer.Ordinal) && value.GetValue<string>().Length > 0:
                problems.Add(new SchemaProblem(path, $"\"{value}\" is not allowed; allowed: {string.Join(", ", allowed)}"));
                break;
            case "integer" when kind != JsonValueKind.Number || !IsInteger(value):
                problems.Add(Wrong(path, "a whole number", value));
                break;
            case "number" when kind != JsonValueKind.Number:
                problems.Add(Wrong(path, "a number", value));
                break;
            case "boolean" when kind is not (JsonValueKind.True or JsonValueKind.False):
                problems.Add(Wrong(path, "true or false", value));
                break;
        }
    }

    private static bool IsInteger(JsonNode value) => long.TryParse(value.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);

    private static SchemaProblem Wrong(string path, string expected, JsonNode found) => new(path, $"expected {expected}, found {Describe(found)}");

    private static string Describe(JsonNode value) => value.GetValueKind() switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => $"the string \"{(value.GetValue<string>() is { Length: > 60 } text ? text[..60] + "..." : value.GetValue<string>())}\"",
        JsonValueKind.Number => $"the number {value.ToJsonString()}",
        _ => value.ToJsonString(),
    };

    private static string Unknown(string name, IEnumerable<string> allowed)
    {
        var names = allowed.Order(StringComparer.Ordinal).ToList();
        var near = names.Select(n => (Name: n, Distance: Distance(name.ToLowerInvariant(), n.ToLowerInvariant()))).OrderBy(n => n.Distance).FirstOrDefault();
        var guess = near.Name is not null && near.Distance <= Math.Max(1, name.Length / 3) ? $"; did you mean {near.Name}?" : "";
        return $"unknown field{guess} allowed here: {string.Join(", ", names)}".Replace("field allowed", "field; allowed", StringComparison.Ordinal);
    }

    /// <summary>How many letters have to change, in Levenshtein's count.</summary>
    private static int Distance(string left, string right)
    {
        if (left.Length > 64) return int.MaxValue;
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (left[i - 1] == right[j - 1] ? 0 : 1)));
        }

        return row[right.Length];
    }
}
