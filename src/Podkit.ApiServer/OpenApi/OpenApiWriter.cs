using System.Buffers;
using System.Text.Json;
using Podkit.Model;

namespace Podkit.ApiServer.OpenApi;

/// <summary>Writes the OpenAPI document of a group and version: its paths, and every schema that they need.</summary>
internal static class OpenApiWriter
{
    public static byte[] Write(IReadOnlyList<ResourceKind> resources)
    {
        var buffer = new ArrayBufferWriter<byte>(256 * 1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("openapi", "3.0.0");
            json.WriteStartObject("info");
            json.WriteString("title", "Kubernetes");
            json.WriteString("version", "v1.34.0");
            json.WriteEndObject();
            var schemas = new OpenApiSchemaWriter(json);
            WritePaths(json, schemas, resources);
            json.WriteStartObject("components");
            json.WriteStartObject("schemas");
            schemas.WriteAll();
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WritePaths(Utf8JsonWriter json, OpenApiSchemaWriter schemas, IReadOnlyList<ResourceKind> resources)
    {
        json.WriteStartObject("paths");
        foreach (var resource in resources)
        {
            var own = new OpenApiOperation(json, schemas, resource, resource.Group, resource.Version, resource.Kind);
            var scope = resource.Namespaced ? "/namespaces/{namespace}" : "";
            var path = $"{resource.BasePath}{scope}/{resource.Resource}";
            WritePath(json, path, resource.Namespaced, hasName: false, () => WriteVerbs(own, resource, ["list", "create", "deletecollection"]));
            if (resource.Verbs.Any(x => x is "get" or "update" or "patch" or "delete"))
                WritePath(json, path + "/{name}", resource.Namespaced, hasName: true, () => WriteVerbs(own, resource, ["get", "update", "patch", "delete"]));
            foreach (var sub in resource.Subresources)
            {
                var kind = sub.Version.Length == 0
                    ? new OpenApiOperation(json, schemas, resource, resource.Group, resource.Version, sub.Kind)
                    : new OpenApiOperation(json, schemas, resource, sub.Group, sub.Version, sub.Kind);
                WritePath(json, $"{path}/{{name}}/{sub.Name}", resource.Namespaced, hasName: true, () => WriteVerbs(kind, sub.Verbs, sub.Verbs));
            }

            if (resource.Namespaced && resource.Verbs.Contains("list"))
                WritePath(json, $"{resource.BasePath}/{resource.Resource}", isNamespaced: false, hasName: false, () => own.Write("list"));
        }

        json.WriteEndObject();
    }

    private static void WriteVerbs(OpenApiOperation operation, ResourceKind resource, IEnumerable<string> verbs) => WriteVerbs(operation, resource.Verbs, verbs);

    private static void WriteVerbs(OpenApiOperation operation, IReadOnlyList<string> offered, IEnumerable<string> verbs)
    {
        foreach (var verb in verbs.Where(x => offered.Contains(x) && x != "watch")) operation.Write(verb);
    }

    private static void WritePath(Utf8JsonWriter json, string path, bool isNamespaced, bool hasName, Action operations)
    {
        json.WriteStartObject(path);
        operations();
        if (isNamespaced || hasName)
        {
            json.WriteStartArray("parameters");
            if (hasName) WriteParameter(json, "name", "path", "string");
            if (isNamespaced) WriteParameter(json, "namespace", "path", "string");
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    internal static void WriteParameter(Utf8JsonWriter json, string name, string place, string type)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("in", place);
        if (place == "path") json.WriteBoolean("required", true);
        json.WriteStartObject("schema");
        json.WriteString("type", type);
        json.WriteBoolean("uniqueItems", true);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
