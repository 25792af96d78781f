using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Operations;
using Podkit.ApiServer.Requests;
using Podkit.ApiServer.Watching;

namespace Podkit.ApiServer.Handlers;

/// <summary>Answers requests for resources.</summary>
internal static class ResourceHandlers
{
    public static Task HandleAsync(ApiRequest request)
    {
        CheckPath(request);
        if (request.Info.Subresource.Length > 0) return SubresourceHandlers.HandleAsync(request);
        if (request.Services.Strategies.CreateHandler(request.Kind, "") is { } handler)
            return request.Info.Verb == "create" ? CreateHandlers.VirtualAsync(request, handler, request.Kind.Group, request.Kind.Version, request.Kind.Kind) : throw ApiException.MethodNotAllowed();
        if (!request.Kind.Verbs.Contains(request.Info.Verb)) throw ApiException.MethodNotAllowed();
        return request.Info.Verb switch
        {
            "get" => GetAsync(request),
            "list" => ListAsync(request),
            "watch" => WatchHandler.HandleAsync(request),
            "create" => CreateHandlers.CreateAsync(request),
            "update" => UpdateHandlers.UpdateAsync(request),
            "patch" => PatchHandlers.PatchAsync(request),
            "delete" => DeleteHandlers.DeleteAsync(request),
            "deletecollection" => DeleteHandlers.DeleteCollectionAsync(request),
            _ => throw ApiException.MethodNotAllowed(),
        };
    }

    /// <summary>Objects of a namespace are created and read in one; what needs a name has one.</summary>
    private static void CheckPath(ApiRequest request)
    {
        var info = request.Info;
        var inNamespace = info.Namespace.Length > 0 && request.Kind != Kinds.Namespaces;
        if (inNamespace && !request.Kind.Namespaced) throw ApiException.NoSuchResource();
        if (request.Kind.Namespaced && !inNamespace && info.HasNameInPath && info.Verb != "watch") throw ApiException.NoSuchResource();
        if (request.Kind.Namespaced && !inNamespace && info.Verb is "create" && request.Kind.Verbs.Contains("list")) throw ApiException.MethodNotAllowed();
        if (info.Verb is "update" or "patch" && !info.HasNameInPath) throw ApiException.MethodNotAllowed();
        if (info.Verb == "create" && info.HasNameInPath && info.Subresource.Length == 0) throw ApiException.MethodNotAllowed();
        if (info.Verb.Length == 0) throw ApiException.MethodNotAllowed();
    }

    public static Task GetAsync(ApiRequest request)
    {
        var version = ListOptions.ReadVersion(request.Query("resourceVersion") ?? "");
        if (version > request.Services.Store.Revision) throw ApiException.ResourceVersionTooLarge(version.Value, request.Services.Store.Revision);
        var found = request.Services.Store.Find(request.Kind, request.Namespace, request.Info.Name) ?? throw ApiException.NotFound(request.Kind, request.Info.Name);
        return Answers.ItemAsync(request, 200, found);
    }

    private static Task ListAsync(ApiRequest request) =>
        Answers.ListAsync(request, ListReader.Read(request.Services.Store, request.Strategy, request.Namespace, ListOptions.Read(request, watch: false)));
}
