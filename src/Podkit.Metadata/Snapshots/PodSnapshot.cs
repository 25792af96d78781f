namespace Podkit.Metadata;

/// <summary>One consistent state of a pod's metadata: values that were valid together. It never changes.</summary>
public sealed class PodSnapshot
{
    private readonly Dictionary<string, PodValue> _origins;

    internal PodSnapshot(IReadOnlyList<PodValue> values)
    {
        Values = values;
        _origins = new Dictionary<string, PodValue>(values.Count, StringComparer.Ordinal);
        foreach (var value in values) _origins.TryAdd(value.FieldPath, value);
    }

    /// <summary>A state that knows nothing.</summary>
    public static PodSnapshot Empty { get; } = new([]);

    /// <summary>Counts the states of one <see cref="IPodMetadata"/>: the first is 1, each following one more.</summary>
    public long Version { get; internal init; }

    /// <summary>When it was read.</summary>
    public DateTimeOffset ReadAt { get; internal init; }

    /// <summary>Whether anything says that the app runs in a pod.</summary>
    public bool IsInPod { get; internal init; }

    /// <summary>The pod's name; empty when unknown.</summary>
    public string Name { get; internal init; } = "";

    /// <summary>The pod's namespace; empty when unknown.</summary>
    public string Namespace { get; internal init; } = "";

    /// <summary>The pod's UID; empty when unknown.</summary>
    public string Uid { get; internal init; } = "";

    /// <summary>The node that the pod runs on; empty when unknown.</summary>
    public string NodeName { get; internal init; } = "";

    /// <summary>The pod's service account; empty when unknown.</summary>
    public string ServiceAccountName { get; internal init; } = "";

    /// <summary>The name of the container that the app runs in; empty when unknown.</summary>
    public string ContainerName { get; internal init; } = "";

    /// <summary>The first of <see cref="PodIPs"/>; empty when unknown.</summary>
    public string PodIP => PodIPs.Count > 0 ? PodIPs[0] : "";

    /// <summary>The pod's addresses, one per address family.</summary>
    public IReadOnlyList<string> PodIPs { get; internal init; } = [];

    /// <summary>The first of <see cref="HostIPs"/>; empty when unknown.</summary>
    public string HostIP => HostIPs.Count > 0 ? HostIPs[0] : "";

    /// <summary>The node's addresses, one per address family.</summary>
    public IReadOnlyList<string> HostIPs { get; internal init; } = [];

    /// <summary>The pod's labels. The value of a missing one is the empty string.</summary>
    public PodMap Labels { get; internal init; } = PodMap.Empty;

    /// <summary>The pod's annotations. The value of a missing one is the empty string.</summary>
    public PodMap Annotations { get; internal init; } = PodMap.Empty;

    /// <summary>The limits and requests of the app's container.</summary>
    public ContainerResources Resources { get; internal init; } = ContainerResources.Unknown;

    /// <summary>What controls the pod, such as a ReplicaSet; null when unknown or nothing.</summary>
    public PodOwner? Owner { get; internal init; }

    /// <summary>Every value that is known, and where it comes from.</summary>
    public IReadOnlyList<PodValue> Values { get; }

    /// <summary>Where a value comes from; null when it is not known.</summary>
    /// <param name="fieldPath">
    /// The value in Kubernetes' words: <c>metadata.name</c>, <c>metadata.labels</c>, <c>metadata.labels['env']</c>, <c>spec.nodeName</c>,
    /// <c>status.podIPs</c>, <c>limits.cpu</c>; see <see cref="PodFields"/>. A label that is part of a whole map has the map's origin.
    /// </param>
    public PodValue? Origin(string fieldPath)
    {
        ArgumentNullException.ThrowIfNull(fieldPath);
        if (_origins.TryGetValue(fieldPath, out var value)) return value;
        if (!DownwardApi.FieldPaths.TrySplitSubscript(fieldPath, out var path, out var key)) return null;
        var map = path switch { PodFields.Labels => Labels, PodFields.Annotations => Annotations, _ => PodMap.Empty };
        return map.ContainsKey(key) && _origins.TryGetValue(path, out value) ? value : null;
    }
}
