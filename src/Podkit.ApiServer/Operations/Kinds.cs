using Podkit.Model;

namespace Podkit.ApiServer.Operations;

/// <summary>Kinds that the server itself deals with.</summary>
internal static class Kinds
{
    public static ResourceKind Namespaces { get; } = ResourceTable.Get("", "v1", "namespaces");

    public static ResourceKind Pods { get; } = ResourceTable.Get("", "v1", "pods");

    public static ResourceKind Services { get; } = ResourceTable.Get("", "v1", "services");

    public static ResourceKind ServiceAccounts { get; } = ResourceTable.Get("", "v1", "serviceaccounts");

    public static ResourceKind ConfigMaps { get; } = ResourceTable.Get("", "v1", "configmaps");

    public static ResourceKind Endpoints { get; } = ResourceTable.Get("", "v1", "endpoints");

    public static ResourceKind EndpointSlices { get; } = ResourceTable.Get("discovery.k8s.io", "v1", "endpointslices");

    public static ResourceKind Nodes { get; } = ResourceTable.Get("", "v1", "nodes");
}
