using System.Text.Json.Nodes;

namespace Podkit.ApiServer.Defaulting;

/// <summary>The defaults of pods and of the pod specs inside templates.</summary>
internal static class PodDefaults
{
    private static readonly string[] AllContainers = ["initContainers", "containers", "ephemeralContainers"];

    /// <summary>Fills in a pod: the defaults of its spec and those that templates do not get.</summary>
    public static void Apply(JsonObject pod)
    {
        var spec = pod.EnsureObject("spec");
        foreach (var container in spec.Objects("containers").Concat(spec.Objects("initContainers"))) CopyLimits(container);
        DefaultPodRequests(spec);
        spec.DefaultFlag("enableServiceLinks", true);
        if (spec.Flag("hostNetwork"))
        {
            foreach (var container in spec.Objects("containers").Concat(spec.Objects("initContainers"))) DefaultHostPorts(container);
        }

        ApplyToSpec(spec);
    }

    /// <summary>Fills in a pod spec, of a pod or of a template.</summary>
    public static void ApplyToSpec(JsonObject spec)
    {
        spec.DefaultText("dnsPolicy", "ClusterFirst");
        spec.DefaultText("restartPolicy", "Always");
        spec.EnsureObject("securityContext");
        spec.DefaultNumber("terminationGracePeriodSeconds", 30);
        spec.DefaultText("schedulerName", "default-scheduler");
        AliasServiceAccount(spec);
        foreach (var list in AllContainers)
        {
            foreach (var container in spec.Objects(list)) ContainerDefaults.Apply(container);
        }

        foreach (var volume in spec.Objects("volumes")) VolumeDefaults.Apply(volume);
    }

    /// <summary><c>serviceAccount</c> is the old name of <c>serviceAccountName</c>: both are always the same.</summary>
    public static void AliasServiceAccount(JsonObject spec)
    {
        if (spec.Text("serviceAccountName").Length == 0 && spec.Text("serviceAccount") is { Length: > 0 } old) spec["serviceAccountName"] = old;
        if (spec.Text("serviceAccountName") is { Length: > 0 } name) spec["serviceAccount"] = name;
        else spec.Remove("serviceAccount");
    }

    /// <summary>A request that is not given is the limit.</summary>
    private static void CopyLimits(JsonObject container)
    {
        if (container.Object("resources") is not { } resources || resources.Object("limits") is not { } limits) return;
        if (limits.Count == 0) return;
        var requests = resources.EnsureObject("requests");
        foreach (var (name, limit) in limits)
        {
            if (!requests.ContainsKey(name)) requests[name] = limit?.DeepClone();
        }
    }

    /// <summary>The requests of the pod as a whole, where it has limits of its own: those of its containers together, else the limits.</summary>
    private static void DefaultPodRequests(JsonObject spec)
    {
        if (spec.Object("resources")?.Object("limits") is not { Count: > 0 } limits) return;
        var requests = spec.Object("resources")!.Object("requests") ?? [];
        foreach (var (name, quantity) in PodResources.Requests(spec))
        {
            if (!requests.ContainsKey(name) && PodResources.IsPodLevel(name)) requests[name] = quantity.ToString();
        }

        foreach (var (name, limit) in limits)
        {
            if (!requests.ContainsKey(name) && PodResources.IsPodLevel(name)) requests[name] = limit?.DeepClone();
        }

        if (requests.Count > 0 && requests.Parent is null) spec.Object("resources")!["requests"] = requests;
    }

    /// <summary>On the host's network a container's port is the host's.</summary>
    private static void DefaultHostPorts(JsonObject container)
    {
        foreach (var port in container.Objects("ports"))
        {
            if (port.Number("hostPort") is null or 0 && port["containerPort"] is { } number) port["hostPort"] = number.DeepClone();
        }
    }
}
