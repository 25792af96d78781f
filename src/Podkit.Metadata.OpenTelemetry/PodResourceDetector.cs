using OpenTelemetry.Resources;

namespace Podkit.Metadata.OpenTelemetry;

/// <summary>
/// Detects what is fixed for the life of a pod, by OpenTelemetry's semantic conventions: its name, UID, namespace, node, address, container and
/// what controls it, as far as they are known. Labels are not among them: they change, and a resource cannot.
/// </summary>
/// <param name="metadata">The pod.</param>
public sealed class PodResourceDetector(IPodMetadata metadata) : IResourceDetector
{
    private static readonly Dictionary<string, string> Owners = new(StringComparer.Ordinal)
    {
        ["ReplicaSet"] = "k8s.replicaset",
        ["StatefulSet"] = "k8s.statefulset",
        ["DaemonSet"] = "k8s.daemonset",
        ["Job"] = "k8s.job",
        ["ReplicationController"] = "k8s.replicationcontroller",
    };

    /// <inheritdoc/>
    public Resource Detect()
    {
        var pod = metadata.Current;
        var attributes = new List<KeyValuePair<string, object>>();
        Add("k8s.namespace.name", pod.Namespace);
        Add("k8s.pod.name", pod.Name);
        Add("k8s.pod.uid", pod.Uid);
        Add("k8s.pod.ip", pod.PodIP);
        Add("k8s.node.name", pod.NodeName);
        Add("k8s.container.name", pod.ContainerName);
        if (pod.Owner is { } owner && Owners.TryGetValue(owner.Kind, out var prefix))
        {
            Add(prefix + ".name", owner.Name);
            Add(prefix + ".uid", owner.Uid);
        }

        return attributes.Count > 0 ? new Resource(attributes) : Resource.Empty;

        void Add(string name, string value)
        {
            if (value.Length > 0) attributes.Add(new(name, value));
        }
    }
}
