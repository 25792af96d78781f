using System.Text.Json.Nodes;

namespace Podkit.ApiServer.Defaulting;

/// <summary>What a pod's status keeps and derives.</summary>
internal static class PodStatusDefaults
{
    /// <summary>Keeps the class of service, and makes the pod's address and the list of its addresses agree.</summary>
    public static void Apply(JsonObject pod, JsonObject old)
    {
        var status = pod.EnsureObject("status");
        if (old.Object("status").Text("qosClass") is { Length: > 0 } qos) status.DefaultText("qosClass", qos);
        if (status.Objects("podIPs").FirstOrDefault() is { } first) status["podIP"] = first.Text("ip");
        else if (status.Text("podIP") is { Length: > 0 } address) status["podIPs"] = new JsonArray(new JsonObject { ["ip"] = address });
    }
}
