using System.Text.Json;
using Podkit.Model;
using Podkit.Model.Schemas;

namespace Podkit.ApiServer.OpenApi;

/// <summary>Writes the operations of a resource or subresource that reads and writes a kind.</summary>
internal sealed class OpenApiOperation(Utf8JsonWriter json, OpenApiSchemaWriter schemas, ResourceKind resource, string group, string version, string kind)
{
    private const string Meta = "io.k8s.apimachinery.pkg.apis.meta.v1.";

    private static readonly (string Name, string Type)[] OfList =
    [
        ("allowWatchBookmarks", "boolean"), ("continue", "string"), ("fieldSelector", "string"), ("labelSelector", "string"), ("limit", "integer"),
        ("resourceVersion", "string"), ("resourceVersionMatch", "string"), ("sendInitialEvents", "boolean"), ("timeoutSeconds", "integer"), ("watch", "boolean"),
    ];

    private static readonly (string Name, string Type)[] OfDelete =
    [
        ("dryRun", "string"), ("gracePeriodSeconds", "integer"), ("orphanDependents", "boolean"), ("propagationPolicy", "string"),
    ];

    private static readonly (string Name, string Type)[] OfWrite = [("dryRun", "string"), ("fieldManager", "string"), ("fieldValidation", "string")];

    private static readonly string[] PatchTypes =
    [
        "application/apply-patch+yaml", "application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json",
    ];

    private readonly string? _schema = SchemaRegistry.NameOfKind(group, version, kind);

    /// <summary>Writes the operation of a verb.</summary>
    public void Write(string verb)
    {
        var (method, action) = verb switch
        {
            "list" => ("get", "list"),
            "create" => ("post", "post"),
            "update" => ("put", "put"),
            "deletecollection" => ("delete", "deletecollection"),
            _ => (verb, verb),
        };
        json.WriteStartObject(method);
        json.WriteStartArray("tags");
        json.WriteStringValue(resource.Group.Length == 0 ? $"core_{resource.Version}" : $"{resource.Group.Split('.')[0]}_{resource.Version}");
        json.WriteEndArray();
        WriteParameters(verb);
        WriteBody(verb);
        WriteResponses(verb);
        json.WriteString("x-kubernetes-action", action);
        json.WritePropertyName("x-kubernetes-group-version-kind");
        WriteKind(json, (group, version, kind));
        json.WriteEndObject();
    }

    internal static void WriteKind(Utf8JsonWriter json, (string Group, string Version, string Kind) kind)
    {
        json.WriteStartObject();
        json.WriteString("group", kind.Group);
        json.WriteString("kind", kind.Kind);
        json.WriteString("version", kind.Version);
        json.WriteEndObject();
    }

    private void WriteParameters(string verb)
    {
        json.WriteStartArray("parameters");
        OpenApiWriter.WriteParameter(json, "pretty", "query", "string");
        IEnumerable<(string Name, string Type)> parameters = verb switch
        {
            "list" => OfList,
            "delete" => OfDelete,
            "deletecollection" => OfList.Where(x => x.Name is not ("watch" or "allowWatchBookmarks")).Concat(OfDelete),
            "create" or "update" => OfWrite,
            "patch" => OfWrite.Append(("force", "boolean")),
            _ => [],
        };
        foreach (var (name, type) in parameters) OpenApiWriter.WriteParameter(json, name, "query", type);
        json.WriteEndArray();
    }

    private void WriteBody(string verb)
    {
        switch (verb)
        {
            case "create" or "update" when _schema is not null:
                json.WriteStartObject("requestBody");
                WriteContent(["*/*"], _schema);
                json.WriteBoolean("required", true);
                json.WriteEndObject();
                break;
            case "patch":
                json.WriteStartObject("requestBody");
                WriteContent(PatchTypes, Meta + "Patch");
                json.WriteBoolean("required", true);
                json.WriteEndObject();
                break;
            case "delete" or "deletecollection":
                json.WriteStartObject("requestBody");
                WriteContent(["*/*"], Meta + "DeleteOptions");
                json.WriteEndObject();
                break;
        }
    }

    private void WriteResponses(string verb)
    {
        var schema = verb switch
        {
            "list" => SchemaRegistry.NameOfKind(group, version, kind + "List") ?? _schema,
            "delete" or "deletecollection" => Meta + "Status",
            _ => _schema,
        };
        json.WriteStartObject("responses");
        json.WriteStartObject("200");
        json.WriteString("description", "OK");
        if (schema is not null) WriteContent(["application/json", "application/yaml"], schema);
        json.WriteEndObject();
        json.WriteStartObject("401");
        json.WriteString("description", "Unauthorized");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteContent(IEnumerable<string> mediaTypes, string schema)
    {
        json.WriteStartObject("content");
        foreach (var mediaType in mediaTypes)
        {
            json.WriteStartObject(mediaType);
            json.WriteStartObject("schema");
            schemas.WriteReference(schema);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
