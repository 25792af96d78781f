using System.Text.Json.Nodes;
using Podkit.ApiServer.Serialization;
using Podkit.ApiServer.Strategies;

namespace Podkit.ApiServer.Tables;

/// <summary>The cells of services and what belongs to them.</summary>
internal static class NetworkCells
{
    private const int Shown = 3;

    public static CellTable.Maker Of(string resource) => resource switch
    {
        "services" => Service,
        "endpoints" => static (o, c, _) => c == "Endpoints" ? Endpoints(o) : null,
        "endpointslices" => Slice,
        "ingresses" => Ingress,
        "ingressclasses" => static (o, c, _) => c switch
        {
            "Controller" => o.TextAt("spec.controller"),
            "Parameters" => o.TextAt("spec.parameters.kind") is { Length: > 0 } kind ? $"{kind}.{o.TextAt("spec.parameters.apiGroup")}/{o.TextAt("spec.parameters.name")}" : null,
            _ => null,
        },
        "networkpolicies" => static (o, c, _) => c == "Pod-Selector" ? CommonCells.Selector(JsonPaths.Node(o, "spec.podSelector")) : null,
        "ipaddresses" => static (o, c, _) => c == "ParentRef" ? $"{o.TextAt("spec.parentRef.resource")}/{o.TextAt("spec.parentRef.namespace")}/{o.TextAt("spec.parentRef.name")}" : null,
        "servicecidrs" => static (o, c, _) => c == "CIDRs" ? string.Join(',', (o["spec"] as JsonObject)?.Texts("cidrs") ?? []) : null,
        _ => static (_, _, _) => null,
    };

    private static JsonNode? Service(JsonObject service, string column, TimeProvider time) => column switch
    {
        "Type" => service.TextAt("spec.type"),
        "Cluster-IP" => CommonCells.OrNone(service, "spec.clusterIP"),
        "External-IP" => ExternalAddress(service),
        "Port(s)" => Ports(service),
        "Selector" => CommonCells.Pairs(JsonPaths.Node(service, "spec.selector")),
        _ => null,
    };

    private static string ExternalAddress(JsonObject service)
    {
        if (service.TextAt("spec.type") == "ExternalName") return service.TextAt("spec.externalName");
        var addresses = (service["spec"] as JsonObject)?.Texts("externalIPs").ToList() ?? [];
        if (service.TextAt("spec.type") == "LoadBalancer")
        {
            addresses.InsertRange(0, service.ObjectsAt("status.loadBalancer.ingress").Select(i => i.Text("ip") is { Length: > 0 } ip ? ip : i.Text("hostname")));
            if (addresses.Count == 0) return "<pending>";
        }

        return addresses.Count == 0 ? CommonCells.None : string.Join(',', addresses);
    }

    private static string Ports(JsonObject service)
    {
        var ports = service.ObjectsAt("spec.ports").Select(p => p.Number("nodePort") is { } node and > 0
            ? $"{p.Text("port")}:{CommonCells.Text(node)}/{p.Text("protocol")}"
            : $"{p.Text("port")}/{p.Text("protocol")}").ToList();
        return ports.Count == 0 ? CommonCells.None : string.Join(',', ports);
    }

    private static string Endpoints(JsonObject endpoints)
    {
        var all = endpoints.ObjectsAt("subsets")
            .SelectMany(s => s.ObjectsAt("addresses").SelectMany(a => Ports(s).Select(p => p.Length == 0 ? a.Text("ip") : $"{a.Text("ip")}:{p}"))).ToList();
        return Few(all);

        static IEnumerable<string> Ports(JsonObject subset) => subset.ObjectsAt("ports").Select(p => p.Text("port")).DefaultIfEmpty("");
    }

    private static JsonNode? Slice(JsonObject slice, string column, TimeProvider time) => column switch
    {
        "AddressType" => slice.Text("addressType"),
        "Ports" => slice["ports"] is JsonArray { Count: > 0 } ? Few([.. slice.ObjectsAt("ports").Select(p => CommonCells.OrNone(p, "port", "*"))]) : "<unset>",
        "Endpoints" => slice["endpoints"] is JsonArray { Count: > 0 } ? Few([.. slice.ObjectsAt("endpoints").SelectMany(e => e.Texts("addresses"))]) : "<unset>",
        _ => null,
    };

    private static JsonNode? Ingress(JsonObject ingress, string column, TimeProvider time) => column switch
    {
        "Class" => CommonCells.OrNone(ingress, "spec.ingressClassName"),
        "Hosts" => ingress.ObjectsAt("spec.rules").Select(r => r.Text("host")).Where(h => h.Length > 0).ToList() is { Count: > 0 } hosts ? Few(hosts) : "*",
        "Address" => string.Join(',', ingress.ObjectsAt("status.loadBalancer.ingress").Select(i => i.Text("ip") is { Length: > 0 } ip ? ip : i.Text("hostname"))),
        "Ports" => CommonCells.Count(ingress, "spec.tls") > 0 ? "80, 443" : "80",
        _ => null,
    };

    private static string Few(List<string> all)
    {
        if (all.Count == 0) return CommonCells.None;
        var text = string.Join(',', all.Take(Shown));
        return all.Count > Shown ? $"{text} + {CommonCells.Text(all.Count - Shown)} more..." : text;
    }
}
