namespace Podkit.Metadata;

/// <summary>Where a value comes from.</summary>
/// <param name="FieldPath">Which value, in Kubernetes' words: one of <see cref="PodFields"/>, or a single label or annotation.</param>
/// <param name="Source">What kind of place it comes from.</param>
/// <param name="Place">The file, the environment variable, the object of the API server, or the option.</param>
/// <param name="CanChange">Whether a change in Kubernetes reaches this process while it runs.</param>
public readonly record struct PodValue(string FieldPath, MetadataSource Source, string Place, bool CanChange);
