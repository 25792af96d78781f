using System.Text.Json.Nodes;

namespace Podkit.ApiServer.Defaulting;

/// <summary>The defaults of kinds that need no more than a few fields.</summary>
internal static class KindDefaults
{
    public static void Endpoints(JsonObject obj)
    {
        foreach (var port in obj.Objects("subsets").SelectMany(s => s.Objects("ports"))) port.DefaultText("protocol", "TCP");
    }

    public static void EndpointSlice(JsonObject obj)
    {
        foreach (var port in obj.Objects("ports"))
        {
            if (port["name"] is null) port["name"] = "";
            port.DefaultText("protocol", "TCP");
        }
    }

    public static void NetworkPolicy(JsonObject obj)
    {
        var spec = obj.EnsureObject("spec");
        if (spec["policyTypes"] is not JsonArray { Count: > 0 })
            spec["policyTypes"] = spec["egress"] is JsonArray { Count: > 0 } ? new JsonArray("Ingress", "Egress") : new JsonArray("Ingress");
        foreach (var port in spec.Objects("ingress").Concat(spec.Objects("egress")).SelectMany(r => r.Objects("ports"))) port.DefaultText("protocol", "TCP");
    }

    public static void PersistentVolume(JsonObject obj)
    {
        var spec = obj.EnsureObject("spec");
        spec.DefaultText("persistentVolumeReclaimPolicy", "Retain");
        spec.DefaultText("volumeMode", "Filesystem");
        obj.EnsureObject("status").DefaultText("phase", "Pending");
        if (spec.Object("hostPath") is { } host && host["type"] is null) host["type"] = "";
    }

    public static void PersistentVolumeClaim(JsonObject obj)
    {
        VolumeDefaults.ApplyToClaim(obj.EnsureObject("spec"));
        obj.EnsureObject("status").DefaultText("phase", "Pending");
    }

    public static void StorageClass(JsonObject obj)
    {
        obj.DefaultText("reclaimPolicy", "Delete");
        obj.DefaultText("volumeBindingMode", "Immediate");
    }

    public static void CsiDriver(JsonObject obj)
    {
        var spec = obj.EnsureObject("spec");
        spec.DefaultFlag("attachRequired", true);
        spec.DefaultFlag("podInfoOnMount", false);
        spec.DefaultFlag("storageCapacity", false);
        spec.DefaultText("fsGroupPolicy", "ReadWriteOnceWithFSType");
        spec.DefaultFlag("requiresRepublish", false);
        spec.DefaultFlag("seLinuxMount", false);
        if (spec["volumeLifecycleModes"] is not JsonArray { Count: > 0 }) spec["volumeLifecycleModes"] = new JsonArray("Persistent");
    }

    public static void PriorityClass(JsonObject obj) => obj.DefaultText("preemptionPolicy", "PreemptLowerPriority");

    public static void HorizontalPodAutoscaler(JsonObject obj)
    {
        var spec = obj.EnsureObject("spec");
        spec.DefaultNumber("minReplicas", 1);
        if (spec["metrics"] is JsonArray { Count: > 0 } || obj.Text("apiVersion") != "autoscaling/v2") return;
        spec["metrics"] = new JsonArray(new JsonObject
        {
            ["type"] = "Resource",
            ["resource"] = new JsonObject { ["name"] = "cpu", ["target"] = new JsonObject { ["type"] = "Utilization", ["averageUtilization"] = 80 } },
        });
    }

    public static void LimitRange(JsonObject obj)
    {
        foreach (var item in obj.Object("spec").Objects("limits"))
        {
            if (item.Text("type") != "Container") continue;
            Fill(item, "default", "max");
            Fill(item, "defaultRequest", "default");
            Fill(item, "defaultRequest", "min");
        }
    }

    public static void Webhooks(JsonObject obj)
    {
        foreach (var hook in obj.Objects("webhooks"))
        {
            hook.DefaultText("failurePolicy", "Fail");
            hook.DefaultText("matchPolicy", "Equivalent");
            hook.EnsureObject("namespaceSelector");
            hook.EnsureObject("objectSelector");
            hook.DefaultNumber("timeoutSeconds", 10);
            if (obj.Text("kind") == "MutatingWebhookConfiguration") hook.DefaultText("reinvocationPolicy", "Never");
            hook.Object("clientConfig")?.Object("service")?.DefaultNumber("port", 443);
            foreach (var rule in hook.Objects("rules")) rule.DefaultText("scope", "*");
        }
    }

    public static void CustomResourceDefinition(JsonObject obj)
    {
        var spec = obj.EnsureObject("spec");
        var names = spec.EnsureObject("names");
        names.DefaultText("singular", names.Text("kind").ToLowerInvariant());
        if (names.Text("kind").Length > 0) names.DefaultText("listKind", names.Text("kind") + "List");
        var conversion = spec.EnsureObject("conversion");
        conversion.DefaultText("strategy", "None");
        conversion.Object("webhook")?.Object("clientConfig")?.Object("service")?.DefaultNumber("port", 443);
    }

    private static void Fill(JsonObject item, string to, string from)
    {
        foreach (var (name, quantity) in item.Object(from) ?? [])
        {
            var target = item.EnsureObject(to);
            if (!target.ContainsKey(name)) target[name] = quantity?.DeepClone();
        }
    }
}
