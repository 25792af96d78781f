using System.Globalization;
using System.Text.Json.Nodes;
using Podkit.ApiServer.Operations;
using Podkit.ApiServer.Requests;
using Podkit.ApiServer.Responses;
using Podkit.ApiServer.Serialization;
using Podkit.ApiServer.Storage;
using Podkit.ApiServer.Tables;
using Podkit.ApiServer.Watching;

namespace Podkit.ApiServer.Handlers;

/// <summary>Answers in the representation that the client wants.</summary>
internal static class Answers
{
    /// <summary>One stored object.</summary>
    public static Task ItemAsync(ApiRequest request, int code, StoredObject item) => request.Representation.As.Length == 0
        ? ResponseWriter.WriteAsync(request.Http, code, request.Representation, item.Json, request.Warnings)
        : ItemAsync(request, code, item.ToJson());

    /// <summary>One object.</summary>
    public static Task ItemAsync(ApiRequest request, int code, JsonObject item)
    {
        var document = request.Representation.As switch
        {
            "Table" => TableWriter.Write(request.Strategy, [item], ObjectCreator.VersionOf(item) ?? 0, request.Query("includeObject") ?? "", request.Services.Time),
            "PartialObjectMetadata" or "PartialObjectMetadataList" => TableWriter.PartialMetadata(item),
            _ => item,
        };
        return ResponseWriter.WriteAsync(request.Http, code, request.Representation, document, request.Warnings);
    }

    /// <summary>An object that is neither of the resource's kind nor shown as a table: a Scale, a Status, a review.</summary>
    public static Task OtherAsync(ApiRequest request, int code, JsonObject document) =>
        ResponseWriter.WriteAsync(request.Http, code, request.Representation, document, request.Warnings);

    /// <summary>A list.</summary>
    public static Task ListAsync(ApiRequest request, ListReader.Page page) => request.Representation.As switch
    {
        "Table" => ResponseWriter.WriteAsync(request.Http, 200, request.Representation, Table(request, page), request.Warnings),
        "PartialObjectMetadata" or "PartialObjectMetadataList" => ResponseWriter.WriteAsync(request.Http, 200, request.Representation, Partial(page), request.Warnings),
        _ => ResponseWriter.WriteAsync(request.Http, 200, request.Representation, ListReader.ToJson(request.Strategy, page), request.Warnings),
    };

    private static JsonObject Table(ApiRequest request, ListReader.Page page)
    {
        var table = TableWriter.Write(request.Strategy, page.Items.Select(i => i.ToJson()), page.Revision, request.Query("includeObject") ?? "", request.Services.Time);
        AddPaging(table.Metadata(), page);
        return table;
    }

    private static JsonObject Partial(ListReader.Page page)
    {
        var metadata = new JsonObject { ["resourceVersion"] = page.Revision.ToString(CultureInfo.InvariantCulture) };
        AddPaging(metadata, page);
        return new JsonObject
        {
            ["kind"] = "PartialObjectMetadataList",
            ["apiVersion"] = "meta.k8s.io/v1",
            ["metadata"] = metadata,
            ["items"] = new JsonArray([.. page.Items.Select(i => TableWriter.PartialMetadata(i.ToJson()))]),
        };
    }

    private static void AddPaging(JsonObject metadata, ListReader.Page page)
    {
        if (page.Continue.Length > 0) metadata["continue"] = page.Continue;
        if (page.Remaining is > 0) metadata["remainingItemCount"] = page.Remaining;
    }
}
