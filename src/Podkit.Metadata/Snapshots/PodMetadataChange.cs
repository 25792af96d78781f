namespace Podkit.Metadata;

/// <summary>A change of a pod's metadata.</summary>
/// <param name="Old">The state before.</param>
/// <param name="New">The state after.</param>
public readonly record struct PodMetadataChange(PodSnapshot Old, PodSnapshot New);
