using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Operations;
using Podkit.ApiServer.Requests;
using Podkit.ApiServer.Streaming;
using Podkit.ApiServer.Streaming.Ports;

namespace Podkit.ApiServer.Handlers;

/// <summary>Answers requests for subresources.</summary>
internal static class SubresourceHandlers
{
    public static Task HandleAsync(ApiRequest request)
    {
        var known = request.Kind.Subresources.FirstOrDefault(s => s.Name == request.Info.Subresource) ?? throw ApiException.NoSuchResource();
        if (request.Info.Verb == "create" && request.Services.Strategies.CreateHandler(request.Kind, known.Name) is { } handler)
        {
            var group = known.Version.Length == 0 ? request.Kind.Group : known.Group;
            return CreateHandlers.VirtualAsync(request, handler, group, known.Version.Length == 0 ? request.Kind.Version : known.Version, known.Kind);
        }

        if (known.Name == "log" && request.Info.Verb == "get" && request.Kind == Kinds.Pods) return LogHandler.HandleAsync(request);
        if (!known.Verbs.Contains(request.Info.Verb)) throw ApiException.MethodNotAllowed();
        if (known.Name is "exec" or "attach" && request.Kind == Kinds.Pods) return ExecHandler.HandleAsync(request);
        if (known.Name is "portforward" && request.Kind == Kinds.Pods) return PortForwardHandler.HandleAsync(request);
        if (known.Name is "proxy") throw ApiException.NotImplemented($"{request.Kind.Resource}/{known.Name} is not offered by this server");
        if (known.Kind == "Scale") return ScaleHandlers.HandleAsync(request);
        return request.Info.Verb switch
        {
            "get" => ResourceHandlers.GetAsync(request),
            "update" => UpdateHandlers.UpdateAsync(request),
            "patch" => PatchHandlers.PatchAsync(request),
            _ => throw ApiException.MethodNotAllowed(),
        };
    }
}
