using System.Text.Json.Nodes;
using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Operations;
using Podkit.ApiServer.Requests;
using Podkit.ApiServer.Serialization;
using Podkit.ApiServer.Strategies;
using Podkit.ApiServer.Tables;
using Podkit.Model.Schemas;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Handlers;

/// <summary>Reads and writes the number of replicas of a workload.</summary>
internal static class ScaleHandlers
{
    private const string Group = "autoscaling";

    public static async Task HandleAsync(ApiRequest request)
    {
        var found = request.Services.Store.Find(request.Kind, request.Namespace, request.Info.Name) ?? throw ApiException.NotFound(request.Kind, request.Info.Name);
        if (request.Info.Verb == "get")
        {
            await Answers.OtherAsync(request, 200, ScaleOf(found.ToJson())).ConfigureAwait(false);
            return;
        }

        var isPatch = request.Info.Verb == "patch";
        var type = isPatch ? PatchHandlers.TypeOf(request) : "";
        var options = WriteOptions.Read(request, isPatch ? "PatchOptions" : "UpdateOptions", apply: type == PatchHandlers.ApplyPatchType);
        var body = await BodyReader.ReadAsync(request.Http.Request, request.Services.Options.RequestBodyLimit, request.Aborted).ConfigureAwait(false);
        var updated = ObjectUpdater.Update(
            request.Services,
            request.Context(Operation.Update, request.Info.Name, options.DryRun),
            old =>
            {
                request.Warnings.Clear();
                return WithScale(request, old, Read(request, type, body, old, options.FieldValidation));
            },
            (old, now) => FieldOwnership.OfUpdate(request, old, now));
        await Answers.OtherAsync(request, 200, ScaleOf(updated)).ConfigureAwait(false);
    }

    private static JsonObject Read(ApiRequest request, string type, byte[] body, JsonObject old, string fieldValidation)
    {
        var json = body;
        var contentType = request.Http.Request.ContentType;
        if (type.Length > 0)
        {
            var patch = type == PatchHandlers.ApplyPatchType ? JsonNode.Parse(DocumentDecoder.FromYaml(body, "Scale")) : PatchHandlers.ReadPatch(body);
            var patched = PatchHandlers.Apply(type == PatchHandlers.ApplyPatchType ? PatchHandlers.MergePatchType : type, ScaleOf(old), patch, SchemaRegistry.FindKind(Group, "v1", "Scale")!);
            (json, contentType) = (JsonText.ToBytes(patched ?? new JsonObject()), MediaType.Json);
        }

        var scale = DocumentDecoder.Decode(json, contentType, Group, "v1", "Scale", fieldValidation, request.Warnings);
        UpdateHandlers.CheckName(request, scale);
        return scale;
    }

    private static JsonObject WithScale(ApiRequest request, JsonObject old, JsonObject scale)
    {
        var replicas = (scale["spec"] as JsonObject)?.Number("replicas") ?? 0;
        if (replicas < 0)
        {
            throw ApiException.Invalid(
                Group, "Scale", request.Info.Name, [FieldError.Invalid(FieldPath.Root("spec").Child("replicas"), replicas, "must be greater than or equal to 0")]);
        }

        if (scale.Metadata()["resourceVersion"] is { } version) old.Metadata()["resourceVersion"] = version.DeepClone();
        if (scale.Metadata()["uid"] is { } uid) old.Metadata()["uid"] = uid.DeepClone();
        old.Child("spec")["replicas"] = replicas;
        return old;
    }

    private static JsonObject ScaleOf(JsonObject document)
    {
        var metadata = new JsonObject();
        foreach (var field in new[] { "name", "namespace", "uid", "resourceVersion", "creationTimestamp" })
        {
            if (document.Metadata()[field] is { } value) metadata[field] = value.DeepClone();
        }

        var spec = new JsonObject();
        if ((document["spec"] as JsonObject)?.Number("replicas") is { } replicas and > 0) spec["replicas"] = replicas;
        var status = new JsonObject { ["replicas"] = (document["status"] as JsonObject)?.Number("replicas") ?? 0 };
        var selector = document.Text("kind") == "ReplicationController" ? CommonCells.Pairs(JsonPaths.Node(document, "spec.selector")) : CommonCells.Selector(JsonPaths.Node(document, "spec.selector"));
        if (selector != CommonCells.None) status["selector"] = selector;
        return new JsonObject { ["kind"] = "Scale", ["apiVersion"] = "autoscaling/v1", ["metadata"] = metadata, ["spec"] = spec, ["status"] = status };
    }
}
