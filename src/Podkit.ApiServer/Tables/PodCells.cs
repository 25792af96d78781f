using System.Globalization;
using System.Text.Json.Nodes;
using Podkit.ApiServer.Serialization;

namespace Podkit.ApiServer.Tables;

/// <summary>The cells of pods.</summary>
internal static class PodCells
{
    public static JsonNode? Make(JsonObject pod, string column, TimeProvider time) => column switch
    {
        "Ready" => Ready(pod),
        "Status" => PodStatusText.Of(pod),
        "Restarts" => Restarts(pod, time),
        "IP" => PodIp(pod),
        "Node" => CommonCells.OrNone(pod, "spec.nodeName"),
        "Nominated Node" => CommonCells.OrNone(pod, "status.nominatedNodeName"),
        "Readiness Gates" => Gates(pod),
        _ => null,
    };

    public static JsonArray Completed(string phase) => new(new JsonObject
    {
        ["type"] = "Completed",
        ["status"] = "True",
        ["reason"] = phase,
        ["message"] = phase == "Succeeded" ? "The pod has completed successfully." : "The pod failed.",
    });

    /// <summary>Native sidecars count like containers.</summary>
    internal static bool IsSidecar(JsonObject pod, string name) =>
        pod.ObjectsAt("spec.initContainers").Any(c => c.Text("name") == name && c.Text("restartPolicy") == "Always");

    private static string Ready(JsonObject pod)
    {
        var total = pod.ObjectsAt("spec.containers").Count() + pod.ObjectsAt("spec.initContainers").Count(c => c.Text("restartPolicy") == "Always");
        var ready = pod.ObjectsAt("status.containerStatuses").Count(s => s.IsTrue("ready") && s["state"]?["running"] is not null)
            + pod.ObjectsAt("status.initContainerStatuses").Count(s => IsSidecar(pod, s.Text("name")) && s.IsTrue("started") && s.IsTrue("ready"));
        return string.Create(CultureInfo.InvariantCulture, $"{ready}/{total}");
    }

    /// <summary>How often containers were restarted, and how long ago the last of them.</summary>
    private static string Restarts(JsonObject pod, TimeProvider time)
    {
        var initializing = PodStatusText.IsInitializing(pod);
        var containers = initializing
            ? pod.ObjectsAt("status.initContainerStatuses")
            : pod.ObjectsAt("status.containerStatuses").Concat(pod.ObjectsAt("status.initContainerStatuses").Where(s => IsSidecar(pod, s.Text("name"))));
        long restarts = 0;
        DateTimeOffset? last = null;
        foreach (var container in containers)
        {
            restarts += container.Number("restartCount") ?? 0;
            if (container.TimeAt("lastState.terminated.finishedAt") is { } finished && (last is null || finished > last)) last = finished;
        }

        var text = restarts.ToString(CultureInfo.InvariantCulture);
        return restarts > 0 && last is { } then ? $"{text} ({HumanDuration.Of(time.GetUtcNow() - then)} ago)" : text;
    }

    private static string PodIp(JsonObject pod) => pod.ObjectsAt("status.podIPs").FirstOrDefault()?.Text("ip") is { Length: > 0 } ip ? ip : CommonCells.OrNone(pod, "status.podIP");

    private static string Gates(JsonObject pod)
    {
        var gates = pod.ObjectsAt("spec.readinessGates").Select(g => g.Text("conditionType")).ToList();
        if (gates.Count == 0) return CommonCells.None;
        var met = gates.Count(g => pod.ObjectsAt("status.conditions").Any(c => c.Text("type") == g && c.Text("status") == "True"));
        return string.Create(CultureInfo.InvariantCulture, $"{met}/{gates.Count}");
    }
}
