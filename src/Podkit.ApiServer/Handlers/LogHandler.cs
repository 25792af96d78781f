using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Operations;
using Podkit.ApiServer.Requests;
using Podkit.ApiServer.Serialization;
using Podkit.Model.Validation;

namespace Podkit.ApiServer.Handlers;

/// <summary>Streams the log of a container from the node's kubelet.</summary>
internal static class LogHandler
{
    public static async Task HandleAsync(ApiRequest request)
    {
        var found = request.Services.Store.Find(Kinds.Pods, request.Namespace, request.Info.Name) ?? throw ApiException.NotFound(Kinds.Pods, request.Info.Name);
        var pod = found.ToJson();
        var options = ReadOptions(request, pod);
        var node = pod.TextAt("spec.nodeName");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(request.Aborted, request.Services.Stopping);
        var response = request.Http.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = "text/plain";
        if (node.Length == 0)
        {
            // A pod that waits for its node has no log yet.
            response.ContentLength = 0;
            return;
        }

        var log = await OpenAsync(request, new PodReference(found.Namespace, found.Name, found.Uid, node), options, stop.Token).ConfigureAwait(false);
        await using (log.ConfigureAwait(false))
        {
            request.Http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            await response.StartAsync(stop.Token).ConfigureAwait(false);
            try
            {
                await log.CopyToAsync(response.Body, stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // The client has gone or the server stops: the stream ends.
            }
        }
    }

    private static async Task<Stream> OpenAsync(ApiRequest request, PodReference pod, PodLogOptions options, CancellationToken cancellationToken)
    {
        if (request.Services.Options.Kubelet is not { } kubelet || request.Services.Store.Find(Kinds.Nodes, "", pod.NodeName) is null)
            throw ApiException.NotFound(Kinds.Pods, pod.NodeName);
        try
        {
            return await kubelet.OpenLogAsync(pod, options, cancellationToken).ConfigureAwait(false);
        }
        catch (KubeletException e)
        {
            throw KubeletRefusal.Of(e, e.Message);
        }
    }

    private static PodLogOptions ReadOptions(ApiRequest request, JsonObject pod)
    {
        var errors = new List<FieldError>();
        var tail = Number(request, "tailLines", 0, errors);
        var limit = Number(request, "limitBytes", 1, errors);
        var seconds = Number(request, "sinceSeconds", 1, errors);
        var since = DateTimeOffset.TryParse(request.Query("sinceTime"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : (DateTimeOffset?)null;
        if (seconds is not null && since is not null) errors.Add(FieldError.Forbidden(FieldPath.Root("sinceSeconds"), "only one of `sinceTime` and `sinceSeconds` may be provided"));
        if (errors.Count > 0) throw ApiException.Invalid("", "PodLogOptions", request.Info.Name, errors);
        return new PodLogOptions(PodContainers.NameOf(request, pod))
        {
            Follow = RequestInfoParser.IsTrue(request.Query("follow")),
            Previous = RequestInfoParser.IsTrue(request.Query("previous")),
            Timestamps = RequestInfoParser.IsTrue(request.Query("timestamps")),
            TailLines = tail,
            LimitBytes = limit,
            Since = since ?? (seconds is { } ago ? request.Services.Time.GetUtcNow().AddSeconds(-ago) : null),
        };
    }

    private static long? Number(ApiRequest request, string name, long least, List<FieldError> errors)
    {
        if (!long.TryParse(request.Query(name), CultureInfo.InvariantCulture, out var number)) return null;
        if (number < least) errors.Add(FieldError.Invalid(FieldPath.Root(name), number, least == 0 ? "must be greater than or equal to 0" : "must be greater than 0"));
        return number;
    }
}
