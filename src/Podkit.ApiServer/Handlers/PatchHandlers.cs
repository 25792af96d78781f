using System.Text.Json;
using System.Text.Json.Nodes;
using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Operations;
using Podkit.ApiServer.Patching;
using Podkit.ApiServer.Requests;
using Podkit.ApiServer.Serialization;
using Podkit.ApiServer.Strategies;
using Podkit.Model.Meta.V1;
using Podkit.Model.Schemas;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Handlers;

/// <summary>Answers PATCH, of objects and of their subresources.</summary>
internal static class PatchHandlers
{
    public const string JsonPatchType = "application/json-patch+json";
    public const string MergePatchType = "application/merge-patch+json";
    public const string StrategicPatchType = "application/strategic-merge-patch+json";
    public const string ApplyPatchType = "application/apply-patch+yaml";

    public static async Task PatchAsync(ApiRequest request)
    {
        var type = TypeOf(request);
        var options = WriteOptions.Read(request, "PatchOptions", apply: type == ApplyPatchType);
        var body = await BodyReader.ReadAsync(request.Http.Request, request.Services.Options.RequestBodyLimit, request.Aborted).ConfigureAwait(false);
        if (type == ApplyPatchType)
        {
            await ApplyHandlers.ApplyAsync(request, options, body).ConfigureAwait(false);
            return;
        }

        var patch = ReadPatch(body);
        var context = request.Context(Operation.Update, request.Info.Name, options.DryRun);
        var schema = SchemaRegistry.FindKind(request.Kind.Group, request.Kind.Version, request.Kind.Kind)!;
        var updated = ObjectUpdater.Update(
            request.Services,
            context,
            old =>
            {
                request.Warnings.Clear();
                var patched = Apply(type, old, patch, schema);
                return Finish(request, patched, options.FieldValidation);
            },
            (old, now) => FieldOwnership.OfUpdate(request, old, now));
        await Answers.ItemAsync(request, 200, updated).ConfigureAwait(false);
    }

    /// <summary>The kind of patch, by its media type.</summary>
    public static string TypeOf(ApiRequest request)
    {
        var type = MediaType.Parse(request.Http.Request.ContentType ?? "").Name;
        return type is JsonPatchType or MergePatchType or StrategicPatchType or ApplyPatchType
            ? type
            : throw ApiException.Make(415, "UnsupportedMediaType", "415: Unsupported Media Type", new StatusDetails());
    }

    /// <summary>Reads a patch that is JSON.</summary>
    public static JsonNode? ReadPatch(byte[] body)
    {
        if (GoJson.Check(body) is { } problem) throw ApiException.BadRequest($"error decoding patch: {problem}");
        return JsonNode.Parse(body, documentOptions: new JsonDocumentOptions { MaxDepth = 512 });
    }

    /// <summary>Applies a patch to a document.</summary>
    public static JsonNode? Apply(string type, JsonObject document, JsonNode? patch, TypeSchema schema) => type switch
    {
        JsonPatchType => JsonPatch.Apply(document, patch?.DeepClone() as JsonArray ?? throw ApiException.BadRequest("error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch")),
        MergePatchType => MergePatch.Apply(document, patch?.DeepClone()),
        _ => StrategicMergePatch.Apply(document, patch?.DeepClone() as JsonObject ?? throw ApiException.BadRequest("error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}"), schema),
    };

    /// <summary>Reads what a patch made by the schema of its kind and fills in defaults.</summary>
    public static JsonObject Finish(ApiRequest request, JsonNode? patched, string fieldValidation)
    {
        var kind = request.Kind;
        var bytes = JsonText.ToBytes(patched ?? new JsonObject());
        JsonObject document;
        try
        {
            document = DocumentDecoder.Decode(bytes, MediaType.Json, kind.Group, kind.Version, kind.Kind, fieldValidation, request.Warnings);
        }
        catch (ApiException e) when (e.Code == 400 && e.Status.Message!.Contains(" cannot be handled as a ", StringComparison.Ordinal))
        {
            var detail = e.Status.Message[(e.Status.Message.IndexOf(": ", StringComparison.Ordinal) + 2)..];
            throw ApiException.Invalid("", "", "", [FieldError.Invalid(FieldPath.Root("patch"), System.Text.Encoding.UTF8.GetString(bytes), detail)]);
        }

        UpdateHandlers.CheckName(request, document);
        return UpdateHandlers.Defaulted(request.Strategy, document);
    }
}
