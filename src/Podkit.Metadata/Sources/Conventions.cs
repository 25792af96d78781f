using System.Collections.Frozen;

namespace Podkit.Metadata.Sources;

/// <summary>Names of files and variables that say what they hold, as Kubernetes' documentation and widespread tools use them.</summary>
internal static class Conventions
{
    /// <summary>Variables that hold a value, the more telling names first.</summary>
    public static readonly (string Variable, string FieldPath)[] Variables =
    [
        // Kubernetes' documentation and Orleans; OpenTelemetry's operator; Application Insights.
        ("POD_NAME", PodFields.Name), ("MY_POD_NAME", PodFields.Name), ("K8S_POD_NAME", PodFields.Name), ("KUBERNETES_POD_NAME", PodFields.Name),
        ("OTEL_RESOURCE_ATTRIBUTES_POD_NAME", PodFields.Name), ("APPINSIGHTS_KUBERNETES_POD_NAME", PodFields.Name),
        ("POD_NAMESPACE", PodFields.Namespace), ("MY_POD_NAMESPACE", PodFields.Namespace), ("K8S_POD_NAMESPACE", PodFields.Namespace),
        ("K8S_NAMESPACE", PodFields.Namespace), ("KUBERNETES_POD_NAMESPACE", PodFields.Namespace), ("KUBERNETES_NAMESPACE", PodFields.Namespace),
        ("POD_UID", PodFields.Uid), ("MY_POD_UID", PodFields.Uid), ("K8S_POD_UID", PodFields.Uid), ("KUBERNETES_POD_UID", PodFields.Uid),
        ("OTEL_RESOURCE_ATTRIBUTES_POD_UID", PodFields.Uid),
        ("NODE_NAME", PodFields.NodeName), ("MY_NODE_NAME", PodFields.NodeName), ("K8S_NODE_NAME", PodFields.NodeName),
        ("KUBERNETES_NODE_NAME", PodFields.NodeName), ("OTEL_RESOURCE_ATTRIBUTES_NODE_NAME", PodFields.NodeName),
        ("POD_SERVICE_ACCOUNT", PodFields.ServiceAccountName), ("MY_POD_SERVICE_ACCOUNT", PodFields.ServiceAccountName),
        ("K8S_SERVICE_ACCOUNT", PodFields.ServiceAccountName), ("SERVICE_ACCOUNT_NAME", PodFields.ServiceAccountName),
        ("POD_IPS", PodFields.PodIPs), ("POD_IP", PodFields.PodIPs), ("MY_POD_IP", PodFields.PodIPs), ("K8S_POD_IP", PodFields.PodIPs),
        ("HOST_IPS", PodFields.HostIPs), ("HOST_IP", PodFields.HostIPs), ("MY_HOST_IP", PodFields.HostIPs), ("K8S_HOST_IP", PodFields.HostIPs),
        ("NODE_IP", PodFields.HostIPs), ("MY_NODE_IP", PodFields.HostIPs), ("K8S_NODE_IP", PodFields.HostIPs),
        ("CONTAINER_NAME", PodFields.ContainerName), ("MY_CONTAINER_NAME", PodFields.ContainerName), ("K8S_CONTAINER_NAME", PodFields.ContainerName),
        ("OTEL_RESOURCE_ATTRIBUTES_CONTAINER_NAME", PodFields.ContainerName),
        // Kubernetes' documentation; Microsoft.Extensions.Diagnostics.ResourceMonitoring.
        ("MY_CPU_LIMIT", PodFields.CpuLimit), ("CPU_LIMIT", PodFields.CpuLimit), ("LIMITS_CPU", PodFields.CpuLimit),
        ("MY_CPU_REQUEST", PodFields.CpuRequest), ("CPU_REQUEST", PodFields.CpuRequest), ("REQUESTS_CPU", PodFields.CpuRequest),
        ("MY_MEM_LIMIT", PodFields.MemoryLimit), ("MEM_LIMIT", PodFields.MemoryLimit), ("MEMORY_LIMIT", PodFields.MemoryLimit), ("LIMITS_MEMORY", PodFields.MemoryLimit),
        ("MY_MEM_REQUEST", PodFields.MemoryRequest), ("MEM_REQUEST", PodFields.MemoryRequest), ("MEMORY_REQUEST", PodFields.MemoryRequest),
        ("REQUESTS_MEMORY", PodFields.MemoryRequest),
        ("EPHEMERAL_STORAGE_LIMIT", PodFields.EphemeralStorageLimit), ("EPHEMERAL_STORAGE_REQUEST", PodFields.EphemeralStorageRequest),
    ];

    /// <summary>Those of <see cref="Variables"/> that mean something else on any machine: they count in a pod only.</summary>
    public static readonly FrozenSet<string> Generic = FrozenSet.Create(
        StringComparer.Ordinal,
        "NODE_NAME", "NODE_IP", "HOST_IP", "HOST_IPS", "CONTAINER_NAME", "SERVICE_ACCOUNT_NAME",
        "CPU_LIMIT", "CPU_REQUEST", "MEM_LIMIT", "MEM_REQUEST", "MEMORY_LIMIT", "MEMORY_REQUEST");

    /// <summary>Variables that hold one label, which changes without them: Orleans' documentation sets them so.</summary>
    public static readonly (string Variable, string Label)[] LabelVariables =
    [
        ("ORLEANS_SERVICE_ID", "orleans/serviceId"), ("ORLEANS_CLUSTER_ID", "orleans/clusterId"),
    ];

    /// <summary>Attributes of OTEL_RESOURCE_ATTRIBUTES, by OpenTelemetry's semantic conventions.</summary>
    public static readonly (string Attribute, string FieldPath)[] Attributes =
    [
        ("k8s.pod.name", PodFields.Name), ("k8s.namespace.name", PodFields.Namespace), ("k8s.pod.uid", PodFields.Uid),
        ("k8s.node.name", PodFields.NodeName), ("k8s.container.name", PodFields.ContainerName), ("k8s.pod.ip", PodFields.PodIPs),
    ];

    /// <summary>Attributes that name what controls the pod.</summary>
    public static readonly (string Attribute, string Kind)[] OwnerAttributes =
    [
        ("k8s.replicaset", "ReplicaSet"), ("k8s.statefulset", "StatefulSet"), ("k8s.daemonset", "DaemonSet"), ("k8s.job", "Job"),
        ("k8s.replicationcontroller", "ReplicationController"),
    ];

    private static readonly FrozenDictionary<string, FieldReference> Names = Build();

    /// <summary>What a file of a volume holds; null when its name does not say.</summary>
    public static FieldReference? OfFile(string path)
    {
        foreach (var (folder, map) in (ReadOnlySpan<(string, string)>)[("labels/", PodFields.Labels), ("annotations/", PodFields.Annotations)])
        {
            if (path.StartsWith(folder, StringComparison.Ordinal)) return new FieldReference($"{map}['{path[folder.Length..]}']");
        }

        if (path.Length > 64) return null;
        if (FieldReference.TryParse(path, out var literal, out _)) return literal;
        return Names.GetValueOrDefault(path.ToLowerInvariant().Replace('-', '_').Replace('.', '_').Replace('/', '_'));
    }

    private static FrozenDictionary<string, FieldReference> Build()
    {
        var names = new Dictionary<string, FieldReference>();
        Add(PodFields.Name, "name", "pod_name", "podname", "metadata_name");
        Add(PodFields.Namespace, "namespace", "ns", "pod_namespace", "podnamespace", "metadata_namespace");
        Add(PodFields.Uid, "uid", "pod_uid", "poduid", "metadata_uid");
        Add(PodFields.Labels, "labels", "pod_labels", "podlabels", "metadata_labels");
        Add(PodFields.Annotations, "annotations", "pod_annotations", "podannotations", "metadata_annotations");
        foreach (var (side, kind) in (ReadOnlySpan<(string, string)>)[("limits", "limit"), ("requests", "request")])
        {
            AddResource(side, kind, "cpu", "cpu");
            AddResource(side, kind, "memory", "mem");
            AddResource(side, kind, "ephemeral-storage", "ephemeral_storage");
        }

        return names.ToFrozenDictionary(StringComparer.Ordinal);

        void AddResource(string side, string kind, string resource, string shorter)
        {
            var longer = resource.Replace('-', '_');
            foreach (var name in (ReadOnlySpan<string>)[longer, shorter])
                Add($"{side}.{resource}", $"{name}_{kind}", $"{name}_{side}", $"{kind}_{name}", $"{side}_{name}", $"container_{name}_{kind}");
        }

        void Add(string fieldPath, params ReadOnlySpan<string> spellings)
        {
            foreach (var spelling in spellings) names.TryAdd(spelling, new FieldReference(fieldPath));
        }
    }
}
