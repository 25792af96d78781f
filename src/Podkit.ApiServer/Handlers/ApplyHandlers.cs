using System.Text;
using System.Text.Json.Nodes;
using Podkit.ApiServer.Errors;
using Podkit.ApiServer.ManagedFields;
using Podkit.ApiServer.Operations;
using Podkit.ApiServer.Requests;
using Podkit.ApiServer.Serialization;
using Podkit.ApiServer.Strategies;

namespace Podkit.ApiServer.Handlers;

/// <summary>Answers server-side apply.</summary>
internal static class ApplyHandlers
{
    public static async Task ApplyAsync(ApiRequest request, WriteOptions options, byte[] body)
    {
        var applied = Read(body);
        var exists = request.Services.Store.Find(request.Kind, request.Namespace, request.Info.Name) is not null;
        if (!exists && request.Info.Subresource.Length == 0)
        {
            try
            {
                await Answers.ItemAsync(request, 201, Create(request, options, applied)).ConfigureAwait(false);
                return;
            }
            catch (ApiException e) when (e.Reason == "AlreadyExists")
            {
                // Someone else created it meanwhile: the apply goes to what is there.
                request.Warnings.Clear();
            }
        }

        await Answers.ItemAsync(request, 200, Update(request, options, applied)).ConfigureAwait(false);
    }

    private static JsonObject Read(byte[] body)
    {
        try
        {
            return JsonNode.Parse(YamlText.ToJson(Encoding.UTF8.GetString(body))) as JsonObject ?? throw ApiException.BadRequest("error decoding YAML: the body is no object");
        }
        catch (FormatException e)
        {
            throw ApiException.BadRequest($"error decoding YAML: {e.Message}");
        }
    }

    private static JsonObject Create(ApiRequest request, WriteOptions options, JsonObject applied)
    {
        if (applied.TextAt("metadata.uid") is { Length: > 0 } uid)
            throw ApiException.Conflict(request.Kind, request.Info.Name, $"uid mismatch: the provided object specified uid {uid}, and no existing object was found");
        var document = PatchHandlers.Finish(request, Apply(request, null, applied), options.FieldValidation);
        ObjectCreator.SetNamespace(request.Kind, document, request.Namespace);
        return ObjectCreator.Create(request.Services, document, request.Context(Operation.Create, request.Info.Name, options.DryRun), _ => { });
    }

    private static JsonObject Update(ApiRequest request, WriteOptions options, JsonObject applied) => ObjectUpdater.Update(
        request.Services,
        request.Context(Operation.Update, request.Info.Name, options.DryRun),
        old =>
        {
            request.Warnings.Clear();
            return PatchHandlers.Finish(request, Apply(request, old, applied), options.FieldValidation);
        },
        (_, _) => { });

    private static JsonObject Apply(ApiRequest request, JsonObject? live, JsonObject applied) => ServerSideApply.Apply(
        live,
        applied,
        request.Kind.ApiVersion,
        request.Kind.Kind,
        request.FieldManager,
        RequestInfoParser.IsTrue(request.Query("force")),
        request.Info.Subresource,
        request.Services.Time.GetUtcNow());
}
