using System.Text.Json.Nodes;
using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Operations;
using Podkit.ApiServer.Requests;
using Podkit.ApiServer.Serialization;
using Podkit.ApiServer.Storage;
using Podkit.ApiServer.Strategies;
using Podkit.ApiServer.Watching;

namespace Podkit.ApiServer.Handlers;

/// <summary>Answers DELETE.</summary>
internal static class DeleteHandlers
{
    /// <summary>Resources whose deletion is answered with the object; all others with a Status.</summary>
    private static readonly HashSet<string> ReturnTheObject =
        ["pods", "podtemplates", "persistentvolumes", "persistentvolumeclaims", "resourcequotas", "services", "serviceaccounts"];

    public static async Task DeleteAsync(ApiRequest request)
    {
        var options = await ReadAsync(request).ConfigureAwait(false);
        var outcome = ObjectDeleter.Delete(request.Services, request.Context(Operation.Delete, request.Info.Name, options.DryRun), options);
        if (!outcome.IsGone || (request.Kind.Group.Length == 0 && ReturnTheObject.Contains(request.Kind.Resource)))
            await Answers.ItemAsync(request, 200, outcome.Document).ConfigureAwait(false);
        else
            await Answers.OtherAsync(request, 200, Success(request, outcome.Document)).ConfigureAwait(false);
    }

    public static async Task DeleteCollectionAsync(ApiRequest request)
    {
        var options = await ReadAsync(request).ConfigureAwait(false);
        var page = ListReader.Read(request.Services.Store, request.Strategy, request.Namespace, ListOptions.Read(request, watch: false) with { Limit = 0 });
        var kept = new List<StoredObject>();
        foreach (var item in page.Items)
        {
            kept.Add(item);
            Delete(request, item, options);
        }

        await Answers.ListAsync(request, page with { Items = kept }).ConfigureAwait(false);
    }

    private static void Delete(ApiRequest request, StoredObject item, DeleteOptions options)
    {
        var context = new OperationContext
        {
            Operation = Operation.Delete,
            Kind = request.Kind,
            Request = request.Info,
            User = request.User,
            Objects = request.Services.Store,
            Time = request.Services.Time,
            Namespace = item.Namespace,
            Name = item.Name,
            DryRun = options.DryRun,
            Warnings = request.Warnings,
        };
        try
        {
            ObjectDeleter.Delete(request.Services, context, options with { Uid = item.Uid });
        }
        catch (ApiException e) when (e.Reason is "NotFound" or "Conflict")
        {
            // Someone else deleted it meanwhile, which is what was asked for.
        }
    }

    private static async Task<DeleteOptions> ReadAsync(ApiRequest request)
    {
        var body = await BodyReader.ReadAsync(request.Http.Request, request.Services.Options.RequestBodyLimit, request.Aborted).ConfigureAwait(false);
        if (body.Length == 0) return DeleteOptions.Read(request, null);
        var document = DocumentDecoder.Decode(body, request.Http.Request.ContentType, request.Kind.Group, request.Kind.Version, "DeleteOptions", "Ignore", request.Warnings);
        return DeleteOptions.Read(request, document);
    }

    private static JsonObject Success(ApiRequest request, JsonObject document)
    {
        var details = new JsonObject { ["name"] = request.Info.Name };
        if (request.Kind.Group.Length > 0) details["group"] = request.Kind.Group;
        details["kind"] = request.Kind.Resource;
        details["uid"] = document.Metadata().Text("uid");
        return new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success", ["details"] = details };
    }
}
