using System.Text.Json.Nodes;

namespace Podkit.ApiServer.Defaulting;

/// <summary>The defaults of what makes pods from a template.</summary>
internal static class WorkloadDefaults
{
    private const int Revisions = 10;
    private const int ProgressSeconds = 600;

    public static void Deployment(JsonObject obj)
    {
        var spec = Spec(obj);
        spec.DefaultNumber("replicas", 1);
        var strategy = spec.EnsureObject("strategy");
        strategy.DefaultText("type", "RollingUpdate");
        if (strategy.Text("type") == "RollingUpdate")
        {
            var rolling = strategy.EnsureObject("rollingUpdate");
            if (rolling["maxUnavailable"] is null) rolling["maxUnavailable"] = "25%";
            if (rolling["maxSurge"] is null) rolling["maxSurge"] = "25%";
        }

        spec.DefaultNumber("revisionHistoryLimit", Revisions);
        spec.DefaultNumber("progressDeadlineSeconds", ProgressSeconds);
        Template(spec);
    }

    public static void ReplicaSet(JsonObject obj)
    {
        var spec = Spec(obj);
        spec.DefaultNumber("replicas", 1);
        Template(spec);
    }

    public static void ReplicationController(JsonObject obj)
    {
        var spec = Spec(obj);
        var labels = spec.Object("template")?.Object("metadata")?.Object("labels");
        if (labels is { Count: > 0 })
        {
            if (spec.Object("selector") is not { Count: > 0 }) spec["selector"] = labels.DeepClone();
            var metadata = obj.EnsureObject("metadata");
            if (metadata.Object("labels") is not { Count: > 0 }) metadata["labels"] = labels.DeepClone();
        }

        spec.DefaultNumber("replicas", 1);
        if (spec["template"] is not null) Template(spec);
    }

    public static void DaemonSet(JsonObject obj)
    {
        var spec = Spec(obj);
        var strategy = spec.EnsureObject("updateStrategy");
        strategy.DefaultText("type", "RollingUpdate");
        if (strategy.Text("type") == "RollingUpdate")
        {
            var rolling = strategy.EnsureObject("rollingUpdate");
            rolling.DefaultNumber("maxUnavailable", 1);
            rolling.DefaultNumber("maxSurge", 0);
        }

        spec.DefaultNumber("revisionHistoryLimit", Revisions);
        Template(spec);
    }

    public static void StatefulSet(JsonObject obj)
    {
        var spec = Spec(obj);
        spec.DefaultText("podManagementPolicy", "OrderedReady");
        var strategy = spec.EnsureObject("updateStrategy");
        strategy.DefaultText("type", "RollingUpdate");
        if (strategy.Text("type") == "RollingUpdate") strategy.EnsureObject("rollingUpdate").DefaultNumber("partition", 0);
        var retention = spec.EnsureObject("persistentVolumeClaimRetentionPolicy");
        retention.DefaultText("whenDeleted", "Retain");
        retention.DefaultText("whenScaled", "Retain");
        spec.DefaultNumber("replicas", 1);
        spec.DefaultNumber("revisionHistoryLimit", Revisions);
        foreach (var claim in spec.Objects("volumeClaimTemplates"))
        {
            claim["kind"] = "PersistentVolumeClaim";
            claim["apiVersion"] = "v1";
            VolumeDefaults.ApplyToClaim(claim.EnsureObject("spec"));
            claim.EnsureObject("status").DefaultText("phase", "Pending");
        }

        Template(spec);
    }

    public static void Job(JsonObject obj)
    {
        var spec = Spec(obj);
        if (spec["completions"] is null && spec["parallelism"] is null) spec["completions"] = 1;
        spec.DefaultNumber("parallelism", 1);
        spec.DefaultNumber("backoffLimit", spec["backoffLimitPerIndex"] is null ? 6 : int.MaxValue);
        spec.DefaultText("completionMode", "NonIndexed");
        spec.DefaultFlag("suspend", false);
        spec.DefaultFlag("manualSelector", false);
        spec.DefaultText("podReplacementPolicy", spec["podFailurePolicy"] is null ? "TerminatingOrFailed" : "Failed");
        foreach (var rule in spec.Object("podFailurePolicy").Objects("rules"))
        {
            foreach (var pattern in rule.Objects("onPodConditions")) pattern.DefaultText("status", "True");
        }

        if (obj.Object("metadata")?.Object("labels") is not { Count: > 0 } && spec.Object("template")?.Object("metadata")?.Object("labels") is { Count: > 0 } labels)
            obj.EnsureObject("metadata")["labels"] = labels.DeepClone();
        Template(spec);
    }

    public static void CronJob(JsonObject obj)
    {
        var spec = Spec(obj);
        spec.DefaultText("concurrencyPolicy", "Allow");
        spec.DefaultFlag("suspend", false);
        spec.DefaultNumber("successfulJobsHistoryLimit", 3);
        spec.DefaultNumber("failedJobsHistoryLimit", 1);
        Template(spec.EnsureObject("jobTemplate").EnsureObject("spec"));
    }

    public static void PodTemplate(JsonObject obj) => Template(obj);

    private static JsonObject Spec(JsonObject obj) => obj.EnsureObject("spec");

    private static void Template(JsonObject holder) => PodDefaults.ApplyToSpec(holder.EnsureObject("template").EnsureObject("spec"));
}
