namespace Podkit.Metadata.Sources;

/// <summary>All labels or all annotations, as a source offers them.</summary>
/// <param name="Map">The map.</param>
/// <param name="Place">The file or the object.</param>
/// <param name="CanChange">Whether it follows Kubernetes.</param>
internal sealed record FoundMap(PodMap Map, string Place, bool CanChange);
