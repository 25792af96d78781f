using System.Text.Json;

namespace Podkit.Model.Generator;

/// <summary>How a schema's name and a field's type read in C#.</summary>
internal static class TypeNames
{
    public const string Node = "System.Text.Json.Nodes.JsonNode";

    private static readonly Dictionary<string, string> Special = new()
    {
        ["io.k8s.apimachinery.pkg.api.resource.Quantity"] = "Podkit.Model.Quantity",
        ["io.k8s.apimachinery.pkg.util.intstr.IntOrString"] = "Podkit.Model.IntOrString",
        ["io.k8s.apimachinery.pkg.apis.meta.v1.Time"] = "System.DateTimeOffset",
        ["io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime"] = "System.DateTimeOffset",
        ["io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1"] = Node,
        ["io.k8s.apimachinery.pkg.apis.meta.v1.Patch"] = Node,
        ["io.k8s.apimachinery.pkg.runtime.RawExtension"] = Node,
        ["io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON"] = Node,
        ["io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray"] = Node,
        ["io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool"] = Node,
        ["io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray"] = Node,
        ["io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceSubresourceStatus"] = Node,
    };

    private static readonly Dictionary<string, string> Groups = new()
    {
        ["admissionregistration"] = "AdmissionRegistration",
        ["apiextensions"] = "ApiExtensions",
        ["apiregistration"] = "ApiRegistration",
        ["flowcontrol"] = "FlowControl",
    };

    public static string Namespace(string schema)
    {
        var parts = schema.Split('.');
        if (parts[^2] == "version") return "Podkit.Model.Meta.V1";
        return $"Podkit.Model.{Groups.GetValueOrDefault(parts[^3], Pascal(parts[^3]))}.{Pascal(parts[^2])}";
    }

    public static string ClassName(string schema) => schema == "io.k8s.apimachinery.pkg.version.Info" ? "VersionInfo" : schema[(schema.LastIndexOf('.') + 1)..];

    public static string FullName(string schema) => Special.GetValueOrDefault(schema) ?? $"{Namespace(schema)}.{ClassName(schema)}";

    public static string PropertyName(string className, string field)
    {
        var name = field switch { "$ref" => "Ref", "$schema" => "SchemaUri", _ => string.Concat(field.Split('-').Select(Pascal)) };
        return name == className || name is "JsonTypeInfo" or "ResourceKind" ? name + "Value" : name;
    }

    public static string Of(JsonElement field, Func<string, string> map)
    {
        if (field.TryGetProperty("list", out var list)) return $"System.Collections.Generic.List<{Of(list, map)}>";
        if (field.TryGetProperty("map", out var values)) return $"System.Collections.Generic.Dictionary<string, {Of(values, map)}>";
        if (field.TryGetProperty("ref", out var reference)) return FullName(reference.GetString()!);
        var format = field.TryGetProperty("format", out var f) ? f.GetString() : null;
        return (field.TryGetProperty("type", out var t) ? t.GetString() : null) switch
        {
            "string" => format == "byte" ? "byte[]" : "string",
            "integer" => format == "int64" ? "long" : "int",
            "number" => "double",
            "boolean" => "bool",
            _ => Node,
        };
    }

    public static string? Converter(JsonElement field) => field.TryGetProperty("ref", out var reference) ? reference.GetString() switch
    {
        "io.k8s.apimachinery.pkg.apis.meta.v1.Time" => "Podkit.Model.Json.TimeConverter",
        "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime" => "Podkit.Model.Json.MicroTimeConverter",
        _ => null,
    }
    : null;

    public static bool IsValueType(string type) => type is "int" or "long" or "double" or "bool" or "System.DateTimeOffset" or "Podkit.Model.Quantity" or "Podkit.Model.IntOrString";

    private static string Pascal(string word) => word.Length == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..];
}
