using System.Text.Json.Nodes;
using Podkit.ApiServer.Authorization.Bootstrap;
using Podkit.ApiServer.Hosting;
using Podkit.ApiServer.Operations;
using Podkit.ApiServer.Serialization;
using Podkit.ApiServer.Storage;
using Podkit.Model;

namespace Podkit.ApiServer.Controllers;

/// <summary>Creates what a new cluster has: namespaces, the default roles, the Service <c>default/kubernetes</c> with its endpoints.</summary>
internal static class ClusterBootstrap
{
    private const string Name = "kubernetes";
    private static readonly string[] Namespaces = ["default", "kube-node-lease", "kube-public", "kube-system"];

    public static void Run(ServerServices services, int servicePort)
    {
        foreach (var name in Namespaces) CreateNamespace(services, name);
        foreach (var (kind, document) in BootstrapPolicy.Objects())
        {
            SystemObjects.Complete(document, services.Time);
            Create(services, kind, document);
        }

        CreateService(services, servicePort);
        ClusterRoleAggregation.Run(services);
    }

    private static void CreateNamespace(ServerServices services, string name)
    {
        var document = SystemObjects.New(Kinds.Namespaces, "", name, services.Time);
        document.Metadata()["labels"] = new JsonObject { ["kubernetes.io/metadata.name"] = name };
        document["spec"] = new JsonObject { ["finalizers"] = new JsonArray("kubernetes") };
        document["status"] = new JsonObject { ["phase"] = "Active" };
        Create(services, Kinds.Namespaces, document);
        services.NamespaceDefaults.Ensure(name);
    }

    private static void CreateService(ServerServices services, int port)
    {
        var address = services.Options.KubernetesServiceAddress.ToString();
        var service = SystemObjects.New(Kinds.Services, "default", Name, services.Time);
        service.Metadata()["labels"] = new JsonObject { ["component"] = "apiserver", ["provider"] = Name };
        service["spec"] = new JsonObject
        {
            ["ports"] = new JsonArray(new JsonObject { ["name"] = "https", ["protocol"] = "TCP", ["port"] = port, ["targetPort"] = services.Options.Port }),
            ["clusterIP"] = address,
            ["clusterIPs"] = new JsonArray(address),
            ["type"] = "ClusterIP",
            ["sessionAffinity"] = "None",
            ["ipFamilies"] = new JsonArray("IPv4"),
            ["ipFamilyPolicy"] = "SingleStack",
            ["internalTrafficPolicy"] = "Cluster",
        };
        service["status"] = new JsonObject { ["loadBalancer"] = new JsonObject() };
        Create(services, Kinds.Services, service);
        CreateEndpoints(services);
    }

    private static void CreateEndpoints(ServerServices services)
    {
        var loopback = System.Net.IPAddress.Loopback.ToString();
        var endpoints = SystemObjects.New(Kinds.Endpoints, "default", Name, services.Time);
        endpoints.Metadata()["labels"] = new JsonObject { ["endpointslice.kubernetes.io/skip-mirror"] = "true" };
        endpoints["subsets"] = new JsonArray(new JsonObject
        {
            ["addresses"] = new JsonArray(new JsonObject { ["ip"] = loopback }),
            ["ports"] = new JsonArray(Port(services)),
        });
        Create(services, Kinds.Endpoints, endpoints);

        var slice = SystemObjects.New(Kinds.EndpointSlices, "default", Name, services.Time);
        slice.Metadata()["generation"] = 1;
        slice.Metadata()["labels"] = new JsonObject { ["kubernetes.io/service-name"] = Name };
        slice["addressType"] = "IPv4";
        slice["endpoints"] = new JsonArray(new JsonObject { ["addresses"] = new JsonArray(loopback), ["conditions"] = new JsonObject { ["ready"] = true } });
        slice["ports"] = new JsonArray(Port(services));
        Create(services, Kinds.EndpointSlices, slice);
    }

    private static JsonObject Port(ServerServices services) => new() { ["name"] = "https", ["port"] = services.Options.Port, ["protocol"] = "TCP" };

    private static void Create(ServerServices services, ResourceKind kind, JsonObject document) => services.Store.Create(StoredDocument.Of(kind, document));
}
