using System.Text.Json.Nodes;
using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Requests;
using Podkit.ApiServer.Serialization;

namespace Podkit.ApiServer.Handlers;

/// <summary>Which container of a pod a request is about.</summary>
internal static class PodContainers
{
    /// <summary>The container that the query names, or the only one.</summary>
    public static string NameOf(ApiRequest request, JsonObject pod)
    {
        var all = Names(pod, "containers").Concat(Names(pod, "initContainers")).Concat(Names(pod, "ephemeralContainers")).ToList();
        var wanted = request.Query("container") ?? "";
        if (wanted.Length > 0)
            return all.Contains(wanted) ? wanted : throw ApiException.BadRequest($"container {wanted} is not valid for pod {request.Info.Name}");
        var containers = Names(pod, "containers").ToList();
        var inits = Names(pod, "initContainers").ToList();
        if (containers.Count == 1) return containers[0];
        var choice = $"[{string.Join(' ', containers)}]" + (inits.Count > 0 ? $" or one of the init containers: [{string.Join(' ', inits)}]" : "");
        throw ApiException.BadRequest($"a container name must be specified for pod {request.Info.Name}, choose one of: {choice}");
    }

    private static IEnumerable<string> Names(JsonObject pod, string list) => pod.ObjectsAt("spec." + list).Select(c => c.Text("name"));
}
