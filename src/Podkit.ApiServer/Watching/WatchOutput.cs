using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Requests;
using Podkit.ApiServer.Responses;
using Podkit.ApiServer.Serialization;
using Podkit.ApiServer.Storage;
using Podkit.ApiServer.Tables;

namespace Podkit.ApiServer.Watching;

/// <summary>Writes watch events, one JSON object a line.</summary>
internal sealed class WatchOutput
{
    private readonly ApiRequest request;
    private readonly PipeWriter pipe;
    private readonly CancellationToken cancellationToken;
    private bool first = true;

    private WatchOutput(ApiRequest request, CancellationToken cancellationToken)
    {
        this.request = request;
        this.cancellationToken = cancellationToken;
        pipe = request.Http.Response.BodyWriter;
    }

    /// <summary>Sends the headers.</summary>
    public static async Task<WatchOutput> BeginAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var response = request.Http.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = MediaType.Json;
        response.Headers.CacheControl = "no-cache, private";
        request.Http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await response.StartAsync(cancellationToken).ConfigureAwait(false);
        return new WatchOutput(request, cancellationToken);
    }

    public void Write(ReadOnlySpan<byte> type, StoredObject item)
    {
        Open(type);
        if (request.Representation.As.Length == 0) pipe.Write(item.Json.Span);
        else pipe.Write(JsonText.ToBytes(Transformed(item)));
        Close();
    }

    /// <summary>Tells the version up to which the client has seen everything.</summary>
    public void Bookmark(long revision, bool initialEventsEnd)
    {
        var metadata = new JsonObject { ["resourceVersion"] = revision.ToString(CultureInfo.InvariantCulture) };
        if (initialEventsEnd) metadata["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" };
        JsonObject bookmark = request.Representation.As switch
        {
            "Table" => new() { ["kind"] = "Table", ["apiVersion"] = "meta.k8s.io/v1", ["metadata"] = new JsonObject { ["resourceVersion"] = revision.ToString(CultureInfo.InvariantCulture) }, ["columnDefinitions"] = null, ["rows"] = new JsonArray() },
            "" => new() { ["kind"] = request.Kind.Kind, ["apiVersion"] = request.Kind.ApiVersion, ["metadata"] = metadata },
            _ => new() { ["kind"] = "PartialObjectMetadata", ["apiVersion"] = "meta.k8s.io/v1", ["metadata"] = metadata },
        };
        Open("BOOKMARK"u8);
        pipe.Write(JsonText.ToBytes(bookmark));
        Close();
    }

    /// <summary>Ends the stream with a refusal.</summary>
    public async Task ErrorAsync(ApiException error)
    {
        Open("ERROR"u8);
        pipe.Write(ResponseWriter.ToJson(error.Status));
        Close();
        await FlushAsync().ConfigureAwait(false);
    }

    /// <summary>Sends what was written; false when the client has gone.</summary>
    public async ValueTask<bool> FlushAsync()
    {
        var flushed = await pipe.FlushAsync(cancellationToken).ConfigureAwait(false);
        return !flushed.IsCompleted && !flushed.IsCanceled;
    }

    private JsonObject Transformed(StoredObject item)
    {
        if (request.Representation.As != "Table") return TableWriter.PartialMetadata(item.ToJson());
        var table = TableWriter.Write(request.Strategy, [item.ToJson()], item.ResourceVersion, request.Query("includeObject") ?? "", request.Services.Time, withColumns: first);
        first = false;
        return table;
    }

    private void Open(ReadOnlySpan<byte> type)
    {
        pipe.Write("{\"type\":\""u8);
        pipe.Write(type);
        pipe.Write("\",\"object\":"u8);
    }

    private void Close() => pipe.Write("}\n"u8);
}
