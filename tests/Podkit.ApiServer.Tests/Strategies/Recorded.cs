using System.Text;
using System.Text.Json.Nodes;
using Podkit.ApiServer.Authentication;
using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Requests;
using Podkit.ApiServer.Storage;
using Podkit.ApiServer.Strategies;
using Podkit.ApiServer.Validation;
using Podkit.Model;
using Podkit.Model.Schemas;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Tests.Strategies;

/// <summary>Recorded exchanges, and the part of the server that a strategy is: what it makes of a body, without storage and HTTP.</summary>
internal static class Recorded
{
    public static JsonArray File(string name) => JsonNode.Parse(System.IO.File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", "exchanges", name + ".json")))!.AsArray();

    public static JsonObject Create(ResourceStrategy strategy, JsonNode body, string ns, IObjectReader? objects = null)
    {
        var obj = Decode(strategy, body);
        var metadata = obj["metadata"]!.AsObject();
        if (strategy.Kind.Namespaced) metadata["namespace"] = ns;
        metadata["uid"] = Guid.NewGuid().ToString();
        var context = Context(strategy.Kind, Operation.Create, ns, (string?)metadata["name"] ?? "", "", objects);
        strategy.Admit(obj, null, context);
        strategy.PrepareForCreate(obj, context);
        strategy.Shape(obj);
        var errors = new List<FieldError>();
        ObjectMetaValidation.Validate(obj, strategy, errors);
        strategy.Validate(obj, context, errors);
        if (errors.Count > 0) throw ApiException.Invalid(strategy.Kind, context.Name, errors);
        return Stored(obj);
    }

    public static JsonObject Update(ResourceStrategy strategy, JsonNode body, JsonObject old, string subresource = "", IObjectReader? objects = null)
    {
        var obj = Decode(strategy, body);
        var metadata = old["metadata"]!.AsObject();
        var context = Context(strategy.Kind, Operation.Update, (string?)metadata["namespace"] ?? "", (string)metadata["name"]!, subresource, objects);
        strategy.Admit(obj, old, context);
        strategy.PrepareForUpdate(obj, old, context);
        strategy.Shape(obj);
        var errors = new List<FieldError>();
        ObjectMetaValidation.ValidateUpdate(obj, old, errors);
        strategy.ValidateUpdate(obj, old, context, errors);
        if (errors.Count > 0) throw ApiException.Invalid(strategy.Kind, context.Name, errors);
        return Stored(obj);
    }

    /// <summary>The Status of a refusal, as the server would answer it.</summary>
    public static JsonObject Refusal(Action write) =>
        System.Text.Json.JsonSerializer.SerializeToNode(Should.Throw<ApiException>(write).Status, KubernetesJson.Default.MetaV1Status)!.AsObject();

    public static void ShouldMatch(JsonNode got, JsonNode want, params string[] ignoredMetadata)
    {
        var (a, b) = (Clean(got, ignoredMetadata), Clean(want, ignoredMetadata));
        JsonNode.DeepEquals(a, b).ShouldBeTrue($"\nwant {b.ToJsonString()}\ngot  {a.ToJsonString()}");
    }

    /// <summary>The object as it is read back from the store.</summary>
    private static JsonObject Stored(JsonObject obj) => JsonNode.Parse(obj.ToJsonString())!.AsObject();

    private static JsonObject Decode(ResourceStrategy strategy, JsonNode body)
    {
        var kind = strategy.Kind;
        var decoded = StrictDecoder.Decode(Encoding.UTF8.GetBytes(body.ToJsonString()), SchemaRegistry.FindKind(kind.Group, kind.Version, kind.Kind)!);
        if (decoded.Error is { } error) throw ApiException.BadRequest($"{kind.Kind} in version \"{kind.Version}\" cannot be handled as a {kind.Kind}: {error}");
        var obj = decoded.Document;
        obj["kind"] = kind.Kind;
        obj["apiVersion"] = kind.ApiVersion;
        strategy.Default(obj);
        strategy.Shape(obj);
        return obj;
    }

    private static OperationContext Context(ResourceKind kind, Operation operation, string ns, string name, string subresource, IObjectReader? objects) => new()
    {
        Operation = operation,
        Kind = kind,
        Request = new RequestInfo { Path = "/", Verb = operation == Operation.Create ? "create" : "update", Subresource = subresource, Namespace = ns, Name = name },
        User = UserInfo.Server,
        Objects = objects ?? new ObjectsInMemory(),
        Time = TimeProvider.System,
        Namespace = ns,
        Name = name,
    };

    /// <summary>Without what differs from server to server, and with the random ending of the token volume masked.</summary>
    private static JsonNode Clean(JsonNode node, string[] ignoredMetadata)
    {
        var text = System.Text.RegularExpressions.Regex.Replace(node.ToJsonString(), "kube-api-access-[a-z0-9]{5}", "kube-api-access-xxxxx");
        var copy = JsonNode.Parse(text)!;
        if (copy["metadata"] is not JsonObject metadata) return copy;
        foreach (var field in new[] { "uid", "resourceVersion", "creationTimestamp", "managedFields" }.Concat(ignoredMetadata)) metadata.Remove(field);
        return copy;
    }
}
