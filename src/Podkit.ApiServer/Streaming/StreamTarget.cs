using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Handlers;
using Podkit.ApiServer.Operations;
using Podkit.ApiServer.Requests;
using Podkit.ApiServer.Serialization;

namespace Podkit.ApiServer.Streaming;

/// <summary>The pod that a streaming request is about, and its node's kubelet.</summary>
/// <param name="Pod">The pod.</param>
/// <param name="Kubelet">The kubelet of its node.</param>
internal sealed record StreamTarget(PodReference Pod, IKubeletConnection Kubelet)
{
    /// <summary>Finds the pod and checks what the request says of it, in kube-apiserver's order.</summary>
    /// <param name="request">The request.</param>
    /// <param name="container">The container's name, where the request is about one.</param>
    public static StreamTarget Find(ApiRequest request, out string container)
    {
        var found = request.Services.Store.Find(Kinds.Pods, request.Namespace, request.Info.Name) ?? throw ApiException.NotFound(Kinds.Pods, request.Info.Name);
        var pod = found.ToJson();
        container = request.Info.Subresource == "portforward" ? "" : PodContainers.NameOf(request, pod);
        var node = pod.TextAt("spec.nodeName");
        if (node.Length == 0) throw ApiException.BadRequest($"pod {found.Name} does not have a host assigned");
        if (request.Services.Options.Kubelet is not { } kubelet || request.Services.Store.Find(Kinds.Nodes, "", node) is null) throw ApiException.NotFound(Kinds.Nodes, node);
        return new StreamTarget(new PodReference(found.Namespace, found.Name, found.Uid, node), kubelet);
    }
}
