namespace Podkit.Metadata;

/// <summary>The limits and requests of a container.</summary>
/// <param name="Limits">What the container may use at most. Kubernetes fills in the node's allocatable amount for a limit that is not set.</param>
/// <param name="Requests">What the container asks for.</param>
public sealed record ContainerResources(ResourceAmounts Limits, ResourceAmounts Requests)
{
    /// <summary>Nothing is known.</summary>
    public static ContainerResources Unknown { get; } = new(ResourceAmounts.Unknown, ResourceAmounts.Unknown);
}
