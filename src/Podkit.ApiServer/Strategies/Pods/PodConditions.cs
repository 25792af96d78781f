using System.Globalization;
using System.Text.Json.Nodes;
using Podkit.ApiServer.Defaulting;

namespace Podkit.ApiServer.Strategies;

/// <summary>The conditions that the API server itself sets on pods.</summary>
internal static class PodConditions
{
    /// <summary>A new pod waits for its scheduling gates.</summary>
    public static JsonObject SchedulingGated() => new()
    {
        ["type"] = "PodScheduled",
        ["status"] = "False",
        ["lastProbeTime"] = null,
        ["lastTransitionTime"] = null,
        ["reason"] = "SchedulingGated",
        ["message"] = "Scheduling is blocked due to non-empty scheduling gates",
    };

    /// <summary>Sets a condition; the time of transition moves only when its status does.</summary>
    public static void Set(JsonObject pod, string type, string status, string? reason, string? message, DateTimeOffset now)
    {
        var conditions = pod.EnsureObject("status").EnsureList("conditions");
        var condition = conditions.OfType<JsonObject>().FirstOrDefault(c => c.Text("type") == type);
        if (condition is null)
        {
            condition = new JsonObject { ["type"] = type, ["status"] = "", ["lastProbeTime"] = null, ["lastTransitionTime"] = null };
            conditions.Append(condition);
        }

        if (condition.Text("status") != status) condition["lastTransitionTime"] = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        condition["status"] = status;
        SetText(condition, "reason", reason);
        SetText(condition, "message", message);
    }

    private static void SetText(JsonObject condition, string field, string? text)
    {
        if (string.IsNullOrEmpty(text)) condition.Remove(field);
        else condition[field] = text;
    }
}
