namespace Podkit.Metadata;

/// <summary>Where a pod's metadata is read from, how it is watched, and what is wrong.</summary>
/// <param name="Volumes">The Downward API volumes in the order in which they count.</param>
/// <param name="Problems">What is wrong at the moment, a sentence each; empty when all is well.</param>
public sealed record PodMetadataStatus(IReadOnlyList<PodVolumeStatus> Volumes, IReadOnlyList<string> Problems)
{
    /// <summary>Where the service account is mounted, if it is; null: where Kubernetes mounts it.</summary>
    public string? ServiceAccountDirectory { get; init; }
}
