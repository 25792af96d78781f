using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Podkit.Model.Generator;

/// <summary>Writes how a type is read: one pass over the tokens, each field by its name, nothing made that is not kept.</summary>
internal static class ReaderText
{
    private const string Parameters = "(ref System.Text.Json.Utf8JsonReader r, Podkit.Model.Json.ModelReader m)";

    /// <summary>Strings that each object has of its own: looking for them among the words that others have said is in vain.</summary>
    private static readonly HashSet<string> s_own = ["uid", "resourceVersion", "containerID", "message", "podIP", "note", "lastTimestamp"];

    public static void Write(StringBuilder text, string name, string className, JsonElement properties, Func<string, bool> isPresent)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n    internal static {className}? Read{Parameters}\n    {{\n");
        text.Append("        if (!Podkit.Model.Json.ModelReader.Begin(ref r)) return null;\n");
        text.Append(CultureInfo.InvariantCulture, $"        var v = new {className}();\n");
        text.Append("        while (Podkit.Model.Json.ModelReader.Next(ref r, out var n))\n        {\n");
        text.Append("            switch (Podkit.Model.Json.ModelReader.Key(n))\n            {\n");
        foreach (var group in properties.EnumerateObject().GroupBy(p => Key(p.Name)).OrderBy(g => g.Key))
        {
            text.Append(CultureInfo.InvariantCulture, $"                case {group.Key}: ");
            foreach (var property in group)
                text.Append(CultureInfo.InvariantCulture, $"if (Podkit.Model.Json.ModelReader.Is(n, \"{property.Name}\"u8)) {Assignment(name, className, property, isPresent(property.Name))} else ");
            text.Append("r.Skip(); break;\n");
        }

        text.Append("                default: r.Skip(); break;\n            }\n        }\n\n        return v;\n    }\n");
    }

    /// <summary>As ModelReader.Key.</summary>
    private static int Key(string name) => name.Length | (name[0] << 8) | (name[name.Length >> 1] << 16);

    private static string Assignment(string name, string className, JsonProperty property, bool present)
    {
        var target = "v." + TypeNames.PropertyName(className, property.Name);
        if (name.EndsWith(".ObjectMeta", StringComparison.Ordinal) && property.Name == "managedFields")
            return $"{{ if (m.SkipManagedFields) r.Skip(); else {target} = {Value(property.Value, false)}; }}";
        var own = s_own.Contains(property.Name) || (property.Name == "name" && name.EndsWith(".ObjectMeta", StringComparison.Ordinal));
        if (TypeNames.Of(property.Value, s => s) == TypeNames.Node)
        {
            var field = TypeNames.PropertyName(className, property.Name);
            return $"v._{char.ToLowerInvariant(field[0])}{field[1..]} = Podkit.Model.Json.LazyNode.Read(ref r);";
        }

        return $"{target} = {Outer(property.Value, present, own)};";
    }

    /// <summary>The value of a property, which may be null where it need not be there.</summary>
    private static string Outer(JsonElement field, bool present, bool own)
    {
        if (TypeNames.Converter(field) is not null) return present ? "Podkit.Model.Json.ModelReader.Time(ref r)" : "Podkit.Model.Json.ModelReader.IsNull(ref r) ? default(System.DateTimeOffset?) : Podkit.Model.Json.ModelReader.Time(ref r)";
        var type = TypeNames.Of(field, s => s);
        if (TypeNames.IsValueType(type)) return present ? Value(field, false) : $"Podkit.Model.Json.ModelReader.IsNull(ref r) ? default({type}?) : {Value(field, false)}";
        return Value(field, own) + (present ? "!" : "");
    }

    private static string Value(JsonElement field, bool own)
    {
        if (field.TryGetProperty("list", out var list)) return TypeNames.Of(list, s => s) == "string" ? "m.Texts(ref r)" : $"m.List<{TypeNames.Of(list, s => s)}>(ref r, {Item(list)})";
        if (field.TryGetProperty("map", out var map)) return TypeNames.Of(map, s => s) == "string" ? "m.TextMap(ref r)" : $"m.Map<{TypeNames.Of(map, s => s)}>(ref r, {Item(map)})";
        var type = TypeNames.Of(field, s => s);
        return type switch
        {
            "string" => own ? "r.GetString()" : "m.Text(ref r)",
            "int" => "r.GetInt32()",
            "long" => "r.GetInt64()",
            "double" => "r.GetDouble()",
            "bool" => "r.GetBoolean()",
            "byte[]" => "Podkit.Model.Json.ModelReader.Bytes(ref r)",
            "System.DateTimeOffset" => "r.GetDateTimeOffset()",
            "Podkit.Model.Quantity" => "m.Quantity(ref r)",
            "Podkit.Model.IntOrString" => "m.IntOrString(ref r)",
            TypeNames.Node => $"{TypeNames.Node}.Parse(ref r)",
            _ => $"{type}.Read(ref r, m)",
        };
    }

    private static string Item(JsonElement item)
    {
        var type = TypeNames.Of(item, s => s);
        var isClass = !item.TryGetProperty("list", out _) && !item.TryGetProperty("map", out _) && item.TryGetProperty("ref", out _) && !TypeNames.IsValueType(type) && type != TypeNames.Node;
        return isClass ? $"{type}.Read" : $"static {Parameters} => {Value(item, false)}";
    }
}
