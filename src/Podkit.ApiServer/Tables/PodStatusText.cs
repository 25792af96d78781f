using System.Globalization;
using System.Text.Json.Nodes;
using Podkit.ApiServer.Serialization;

namespace Podkit.ApiServer.Tables;

/// <summary>The STATUS column of pods: the phase, or what a container says that matters more.</summary>
internal static class PodStatusText
{
    public static string Of(JsonObject pod)
    {
        var reason = CommonCells.OrNone(pod, "status.reason", pod.TextAt("status.phase"));
        if (pod.ObjectsAt("status.conditions").Any(c => c.Text("type") == "PodScheduled" && c.Text("reason") == "SchedulingGated")) reason = "SchedulingGated";
        if (Initializing(pod) is { } initializing) reason = initializing;
        if (Initializing(pod) is null || IsInitialized(pod)) reason = Running(pod, reason);
        if (pod.TextAt("metadata.deletionTimestamp").Length == 0) return reason;
        if (pod.TextAt("status.reason") == "NodeLost") return "Unknown";
        return pod.TextAt("status.phase") is "Failed" or "Succeeded" ? reason : "Terminating";
    }

    /// <summary>Whether the init containers are not done.</summary>
    public static bool IsInitializing(JsonObject pod) => Initializing(pod) is not null && !IsInitialized(pod);

    private static bool IsInitialized(JsonObject pod) => pod.ObjectsAt("status.conditions").Any(c => c.Text("type") == "Initialized" && c.Text("status") == "True");

    private static string? Initializing(JsonObject pod)
    {
        var total = pod.ObjectsAt("spec.initContainers").Count();
        var index = 0;
        foreach (var container in pod.ObjectsAt("status.initContainerStatuses"))
        {
            var terminated = container["state"]?["terminated"] as JsonObject;
            var done = terminated is not null && (terminated.Number("exitCode") ?? 0) == 0;
            var started = PodCells.IsSidecar(pod, container.Text("name")) && container.IsTrue("started");
            if (!done && !started) return Describe(container, terminated, index, total);
            index++;
        }

        return null;
    }

    private static string Describe(JsonObject container, JsonObject? terminated, int index, int total)
    {
        if (terminated is not null) return "Init:" + Ended(terminated);
        var waiting = container.TextAt("state.waiting.reason");
        return waiting.Length > 0 && waiting != "PodInitializing" ? "Init:" + waiting : string.Create(CultureInfo.InvariantCulture, $"Init:{index}/{total}");
    }

    private static string Running(JsonObject pod, string reason)
    {
        var hasRunning = false;
        foreach (var container in pod.ObjectsAt("status.containerStatuses").Reverse())
        {
            var terminated = container["state"]?["terminated"] as JsonObject;
            if (container.TextAt("state.waiting.reason") is { Length: > 0 } waiting) reason = waiting;
            else if (terminated is not null) reason = Ended(terminated);
            else if (container.IsTrue("ready") && container["state"]?["running"] is not null) hasRunning = true;
        }

        if (reason != "Completed" || !hasRunning) return reason;
        return pod.ObjectsAt("status.conditions").Any(c => c.Text("type") == "Ready" && c.Text("status") == "True") ? "Running" : "NotReady";
    }

    private static string Ended(JsonObject terminated)
    {
        if (terminated.Text("reason") is { Length: > 0 } reason) return reason;
        return terminated.Number("signal") is { } signal and not 0
            ? string.Create(CultureInfo.InvariantCulture, $"Signal:{signal}")
            : string.Create(CultureInfo.InvariantCulture, $"ExitCode:{terminated.Number("exitCode") ?? 0}");
    }
}
