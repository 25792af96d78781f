using System.Collections.Frozen;

namespace Podkit.Metadata;

/// <summary>The names that OpenTelemetry's semantic conventions give to a pod's values.</summary>
internal static class PodAttributeNames
{
    public const string Label = "k8s.pod.label.";

    public const string Annotation = "k8s.pod.annotation.";

    public static FrozenDictionary<string, string> OfField { get; } = new Dictionary<string, string>
    {
        [PodFields.Name] = "k8s.pod.name",
        [PodFields.Namespace] = "k8s.namespace.name",
        [PodFields.Uid] = "k8s.pod.uid",
        [PodFields.NodeName] = "k8s.node.name",
        [PodFields.ContainerName] = "k8s.container.name",
        [PodFields.PodIPs] = "k8s.pod.ip",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static string Value(PodSnapshot pod, string fieldPath) => fieldPath switch
    {
        PodFields.Name => pod.Name,
        PodFields.Namespace => pod.Namespace,
        PodFields.Uid => pod.Uid,
        PodFields.NodeName => pod.NodeName,
        PodFields.ContainerName => pod.ContainerName,
        PodFields.PodIPs => pod.PodIP,
        _ => "",
    };
}
