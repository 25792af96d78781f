using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Podkit.ApiServer.Errors;
using Podkit.Model;

namespace Podkit.ApiServer.OpenApi;

/// <summary>Answers requests below <c>/openapi</c>: version 3, as JSON.</summary>
internal sealed class OpenApiHandler
{
    private const string Prefix = "/openapi/v3";
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(365);
    private readonly OpenApiDocuments _documents = new(ResourceTable.All);

    /// <summary>Answers the request; false when nothing is served at its path.</summary>
    /// <param name="http">The request and its answer.</param>
    /// <param name="path">The path without the query.</param>
    public async Task<bool> TryHandleAsync(HttpContext http, string path)
    {
        if (!path.StartsWith(Prefix, StringComparison.Ordinal)) return false;
        var rest = path[Prefix.Length..].Trim('/');
        var document = _documents.Find(rest);
        if (rest.Length > 0 && document is null) return false;
        if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method)) throw ApiException.MethodNotAllowed();
        if (document is null) await WriteAsync(http, _documents.Index.Value).ConfigureAwait(false);
        else await AnswerAsync(http, document).ConfigureAwait(false);
        return true;
    }

    /// <summary>A request that names a hash may keep the answer for good; one that names an old hash is sent to the new one.</summary>
    private static async Task AnswerAsync(HttpContext http, OpenApiDocument document)
    {
        var hash = http.Request.Query["hash"].ToString();
        if (hash.Length > 0 && hash != document.Hash)
        {
            http.Response.StatusCode = StatusCodes.Status301MovedPermanently;
            http.Response.Headers.Location = document.Url;
            return;
        }

        if (hash.Length > 0) http.Response.Headers.CacheControl = $"public, immutable, max-age={(long)Lifetime.TotalSeconds}";
        var tag = new EntityTagHeaderValue($"\"{document.Hash}\"");
        http.Response.Headers.ETag = tag.ToString();
        http.Response.Headers.Vary = HeaderNames.Accept;
        if (http.Request.GetTypedHeaders().IfNoneMatch.Any(x => x.Compare(tag, useStrongComparison: false)))
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        await WriteAsync(http, document.Content.Value).ConfigureAwait(false);
    }

    private static async Task WriteAsync(HttpContext http, byte[] json)
    {
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = json.Length;
        if (!HttpMethods.IsHead(http.Request.Method)) await http.Response.BodyWriter.WriteAsync(json, http.RequestAborted).ConfigureAwait(false);
    }
}
