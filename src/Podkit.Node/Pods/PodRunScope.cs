using Podkit.Model.Core.V1;

namespace Podkit.Node.Pods;

/// <summary>The pod as a run of one of its containers sees it.</summary>
internal sealed record PodRunScope(Pod Pod, IReadOnlyList<string> PodIPs, IPodVolumes Volumes)
{
    private const long DefaultGraceSeconds = 30;

    public PodIdentity Identity { get; } = new(Pod.Metadata.Namespace!, Pod.Metadata.Name!, Pod.Metadata.Uid!);

    /// <summary>The termination grace of the pod's containers.</summary>
    public TimeSpan Grace { get; } = GraceOf(Pod);

    public static TimeSpan GraceOf(Pod pod) => TimeSpan.FromSeconds(Math.Max(0, pod.Spec.TerminationGracePeriodSeconds ?? DefaultGraceSeconds));

    /// <summary>The object that an event is about; with a field path, the container.</summary>
    public ObjectReference Reference(string? fieldPath = null) => new()
    {
        ApiVersion = "v1",
        Kind = "Pod",
        Namespace = Pod.Metadata.Namespace,
        Name = Pod.Metadata.Name,
        Uid = Pod.Metadata.Uid,
        ResourceVersion = Pod.Metadata.ResourceVersion,
        FieldPath = fieldPath,
    };
}
