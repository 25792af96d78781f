using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Podkit.ApiServer.Errors;
using Podkit.ApiServer.OpenApi;
using Podkit.ApiServer.Requests;
using Podkit.ApiServer.Responses;
using Podkit.ApiServer.Serialization;

namespace Podkit.ApiServer.Discovery;

/// <summary>Answers requests for what is no object: discovery, version, health.</summary>
internal sealed class DiscoveryHandler(string serverAddress, Func<string, JsonObject?> otherDocuments)
{
    private const string AggregatedType = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    private readonly Lazy<byte[]> aggregatedCore = new(() => JsonText.ToBytes(DiscoveryDocuments.Aggregated(core: true)));
    private readonly Lazy<byte[]> aggregatedGroups = new(() => JsonText.ToBytes(DiscoveryDocuments.Aggregated(core: false)));

    private readonly OpenApiHandler openApi = new();

    public Task HandleAsync(HttpContext http, RequestInfo info)
    {
        var path = info.Path.Length > 1 ? info.Path.TrimEnd('/') : info.Path;
        if (IsHealth(path)) return ResponseWriter.WriteTextAsync(http, 200, http.Request.Query.ContainsKey("verbose") ? $"[+]ping ok\n{path[1..]} check passed\n" : "ok");
        if (path is "/api" or "/apis" && WantsAggregated(http.Request)) return AggregatedAsync(http, path == "/api");
        if (path.StartsWith("/openapi/", StringComparison.Ordinal)) return OpenApiAsync(http, path);
        var document = path.Split('/', StringSplitOptions.RemoveEmptyEntries) switch
        {
            [] => Root(),
            ["version"] => Version(),
            ["api"] => DiscoveryDocuments.CoreVersions(serverAddress),
            ["api", var version] => DiscoveryDocuments.ResourceList("", version) ?? throw ApiException.NoSuchResource(),
            ["apis"] => DiscoveryDocuments.GroupList(),
            ["apis", var group] => DiscoveryDocuments.Group(group),
            ["apis", var group, var version] => DiscoveryDocuments.HasGroup(group) ? DiscoveryDocuments.ResourceList(group, version) ?? throw ApiException.NoSuchResource() : null,
            _ => otherDocuments(path),
        };
        if (document is null) return NotFoundAsync(http);
        if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method)) throw ApiException.MethodNotAllowed();
        return ResponseWriter.WriteAsync(http, 200, Representation.Negotiate(http.Request.Headers.Accept) with { As = "" }, document, []);
    }

    /// <summary>The answer for paths that nothing serves.</summary>
    public static Task NotFoundAsync(HttpContext http) => ResponseWriter.WriteTextAsync(http, 404, "404 page not found\n");

    private static bool IsHealth(string path) => path is "/healthz" or "/livez" or "/readyz" or "/healthz/ping" or "/livez/ping" or "/readyz/ping";

    private static bool WantsAggregated(HttpRequest request) => MediaType.ParseList(request.Headers.Accept.ToString())
        .TakeWhile(m => m.Parameter("as").Length > 0)
        .Any(m => m.Name == MediaType.Json && m.Parameter("as") == "APIGroupDiscoveryList" && m.Parameter("g") == "apidiscovery.k8s.io" && m.Parameter("v") == "v2");

    private async Task OpenApiAsync(HttpContext http, string path)
    {
        if (!await openApi.TryHandleAsync(http, path).ConfigureAwait(false)) throw ApiException.NoSuchResource();
    }

    private async Task AggregatedAsync(HttpContext http, bool core)
    {
        var bytes = core ? aggregatedCore.Value : aggregatedGroups.Value;
        http.Response.ContentType = AggregatedType;
        http.Response.ContentLength = bytes.Length;
        http.Response.Headers.Vary = "Accept";
        if (!HttpMethods.IsHead(http.Request.Method)) await http.Response.BodyWriter.WriteAsync(bytes, http.RequestAborted).ConfigureAwait(false);
    }

    private static JsonObject Root() => new()
    {
        ["paths"] = new JsonArray([.. new[] { "/api", "/api/v1", "/apis" }
            .Concat(DiscoveryDocuments.Groups.SelectMany(g => g.Versions.Select(v => $"/apis/{g.Name}/{v}").Prepend($"/apis/{g.Name}")))
            .Concat(["/healthz", "/livez", "/readyz", "/version"])
            .Order(StringComparer.Ordinal)
            .Select(p => JsonValue.Create(p))]),
    };

    /// <summary>The version of Kubernetes whose behaviour this server has; the values are those of the measured server.</summary>
    private static JsonObject Version() => new()
    {
        ["major"] = "1",
        ["minor"] = "34",
        ["emulationMajor"] = "1",
        ["emulationMinor"] = "34",
        ["minCompatibilityMajor"] = "1",
        ["minCompatibilityMinor"] = "33",
        ["gitVersion"] = "v0.0.0-master+$Format:%H$",
        ["gitCommit"] = "$Format:%H$",
        ["gitTreeState"] = "",
        ["buildDate"] = "1970-01-01T00:00:00Z",
        ["goVersion"] = "go1.24.4",
        ["compiler"] = "gc",
        ["platform"] = "linux/amd64",
    };
}
