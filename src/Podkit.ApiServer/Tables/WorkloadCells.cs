using System.Text.Json.Nodes;
using Podkit.ApiServer.Serialization;
using Podkit.ApiServer.Strategies;

namespace Podkit.ApiServer.Tables;

/// <summary>The cells of workloads.</summary>
internal static class WorkloadCells
{
    public static CellTable.Maker Of(string resource) => resource switch
    {
        "deployments" => Deployment,
        "statefulsets" => StatefulSet,
        "daemonsets" => DaemonSet,
        "replicasets" or "replicationcontrollers" => ReplicaSet,
        "jobs" => Job,
        "cronjobs" => CronJob,
        "controllerrevisions" => static (o, c, _) => c switch
        {
            "Controller" => o.ObjectsAt("metadata.ownerReferences").Where(r => r.IsTrue("controller")).Select(r => $"{r.Text("kind").ToLowerInvariant()}.{Group(r.Text("apiVersion"))}/{r.Text("name")}").FirstOrDefault() ?? CommonCells.None,
            "Revision" => CommonCells.OrNone(o, "revision", "0"),
            _ => null,
        },
        "horizontalpodautoscalers" => static (o, c, _) => c switch
        {
            "Reference" => $"{o.TextAt("spec.scaleTargetRef.kind")}/{o.TextAt("spec.scaleTargetRef.name")}",
            "MinPods" => CommonCells.OrNone(o, "spec.minReplicas", "<unset>"),
            "MaxPods" => CommonCells.Number(o, "spec.maxReplicas"),
            "Replicas" => CommonCells.Number(o, "status.currentReplicas"),
            _ => null,
        },
        _ => static (_, _, _) => null,
    };

    private static JsonNode? Template(JsonObject item, string column, string path = "spec.template.spec") => column switch
    {
        "Containers" => CommonCells.Containers(item, path, "name"),
        "Images" => CommonCells.Containers(item, path, "image"),
        _ => null,
    };

    private static JsonNode? Deployment(JsonObject item, string column, TimeProvider time) => column switch
    {
        "Ready" => Ratio(item),
        "Up-to-date" => CommonCells.Number(item, "status.updatedReplicas"),
        "Available" => CommonCells.Number(item, "status.availableReplicas"),
        "Selector" => CommonCells.Selector(JsonPaths.Node(item, "spec.selector")),
        _ => Template(item, column),
    };

    private static JsonNode? StatefulSet(JsonObject item, string column, TimeProvider time) => column == "Ready" ? Ratio(item) : Template(item, column);

    private static JsonNode? DaemonSet(JsonObject item, string column, TimeProvider time) => column switch
    {
        "Desired" => CommonCells.Number(item, "status.desiredNumberScheduled"),
        "Current" => CommonCells.Number(item, "status.currentNumberScheduled"),
        "Ready" => CommonCells.Number(item, "status.numberReady"),
        "Up-to-date" => CommonCells.Number(item, "status.updatedNumberScheduled"),
        "Available" => CommonCells.Number(item, "status.numberAvailable"),
        "Node Selector" => CommonCells.Pairs(JsonPaths.Node(item, "spec.template.spec.nodeSelector")),
        "Selector" => CommonCells.Selector(JsonPaths.Node(item, "spec.selector")),
        _ => Template(item, column),
    };

    private static JsonNode? ReplicaSet(JsonObject item, string column, TimeProvider time) => column switch
    {
        "Desired" => CommonCells.Number(item, "spec.replicas"),
        "Current" => CommonCells.Number(item, "status.replicas"),
        "Ready" => CommonCells.Number(item, "status.readyReplicas"),
        "Selector" when item.Text("kind") == "ReplicationController" => CommonCells.Pairs(JsonPaths.Node(item, "spec.selector")),
        "Selector" => CommonCells.Selector(JsonPaths.Node(item, "spec.selector")),
        _ => Template(item, column),
    };

    private static JsonNode? Job(JsonObject item, string column, TimeProvider time) => column switch
    {
        "Status" => JobStatus(item),
        "Completions" => Completions(item),
        "Duration" => Duration(item, time),
        "Selector" => CommonCells.Selector(JsonPaths.Node(item, "spec.selector")),
        _ => Template(item, column),
    };

    private static JsonNode? CronJob(JsonObject item, string column, TimeProvider time) => column switch
    {
        "Schedule" => item.TextAt("spec.schedule"),
        "Timezone" => CommonCells.OrNone(item, "spec.timeZone"),
        "Suspend" => item["spec"] is JsonObject spec && spec.IsTrue("suspend"),
        "Active" => CommonCells.Count(item, "status.active"),
        "Last Schedule" => item.TimeAt("status.lastScheduleTime") is null ? CommonCells.None : HumanDuration.Since(item, "status.lastScheduleTime", time),
        "Selector" => CommonCells.Selector(JsonPaths.Node(item, "spec.jobTemplate.spec.selector")),
        _ => Template(item, column, "spec.jobTemplate.spec.template.spec"),
    };

    private static string Ratio(JsonObject item) => $"{CommonCells.Number(item, "status.readyReplicas")}/{CommonCells.Number(item, "spec.replicas")}";

    private static string JobStatus(JsonObject job)
    {
        foreach (var (type, text) in JobConditions)
        {
            if (job.ObjectsAt("status.conditions").Any(c => c.Text("type") == type && c.Text("status") == "True")) return text;
        }

        return job.TextAt("metadata.deletionTimestamp").Length > 0 ? "Terminating" : "Running";
    }

    private static string Completions(JsonObject job)
    {
        var succeeded = CommonCells.Number(job, "status.succeeded");
        if (job["spec"] is JsonObject spec && spec.Number("completions") is { } wanted) return $"{succeeded}/{CommonCells.Text(wanted)}";
        var parallelism = (job["spec"] as JsonObject)?.Number("parallelism") ?? 0;
        return parallelism > 1 ? $"{succeeded}/1 of {CommonCells.Text(parallelism)}" : $"{succeeded}/1";
    }

    private static string Duration(JsonObject job, TimeProvider time)
    {
        if (job.TimeAt("status.startTime") is not { } start) return "";
        return HumanDuration.Of((job.TimeAt("status.completionTime") ?? time.GetUtcNow()) - start);
    }

    private static string Group(string apiVersion) => apiVersion.Split('/')[0];

    private static readonly (string Type, string Text)[] JobConditions =
        [("Complete", "Complete"), ("Failed", "Failed"), ("Suspended", "Suspended"), ("FailureTarget", "FailureTarget"), ("SuccessCriteriaMet", "SuccessCriteriaMet")];
}
