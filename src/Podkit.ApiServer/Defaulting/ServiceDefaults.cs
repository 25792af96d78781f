using System.Text.Json.Nodes;

namespace Podkit.ApiServer.Defaulting;

/// <summary>The defaults of Services.</summary>
internal static class ServiceDefaults
{
    private const int StickySeconds = 10800;

    public static void Apply(JsonObject service)
    {
        var spec = service.EnsureObject("spec");
        spec.DefaultText("sessionAffinity", "None");
        if (spec.Text("sessionAffinity") == "None") spec.Remove("sessionAffinityConfig");
        else spec.EnsureObject("sessionAffinityConfig").EnsureObject("clientIP").DefaultNumber("timeoutSeconds", StickySeconds);
        spec.DefaultText("type", "ClusterIP");
        foreach (var port in spec.Objects("ports")) ApplyToPort(port);
        var type = spec.Text("type");
        if (type is "NodePort" or "LoadBalancer") spec.DefaultText("externalTrafficPolicy", "Cluster");
        if (type is "NodePort" or "LoadBalancer" or "ClusterIP") spec.DefaultText("internalTrafficPolicy", "Cluster");
        if (type == "LoadBalancer") spec.DefaultFlag("allocateLoadBalancerNodePorts", true);
    }

    /// <summary>What follows from the addresses, once they are known: the families and the list of addresses.</summary>
    public static void ApplyFamilies(JsonObject service)
    {
        var spec = service.EnsureObject("spec");
        if (spec.Text("type") == "ExternalName") return;
        var headless = spec.Text("clusterIP") == "None" || (spec["clusterIPs"] as JsonArray)?.FirstOrDefault()?.ToString() == "None";
        if (headless)
        {
            spec["clusterIP"] = "None";
            spec["clusterIPs"] = new JsonArray("None");
        }

        // A headless Service without a selector has its endpoints made by someone else, in either family.
        var everyFamily = headless && spec.Object("selector") is not { Count: > 0 };
        spec.DefaultText("ipFamilyPolicy", everyFamily ? "RequireDualStack" : "SingleStack");
        if (spec["ipFamilies"] is not JsonArray { Count: > 0 })
            spec["ipFamilies"] = everyFamily && spec.Text("ipFamilyPolicy") != "SingleStack" ? new JsonArray("IPv4", "IPv6") : new JsonArray("IPv4");
    }

    private static void ApplyToPort(JsonObject port)
    {
        port.DefaultText("protocol", "TCP");
        if (port["targetPort"] is null || port.Number("targetPort") == 0 || (port["targetPort"]!.GetValueKind() == System.Text.Json.JsonValueKind.String && port.Text("targetPort").Length == 0))
            port["targetPort"] = port.Number("port") ?? 0;
    }
}
