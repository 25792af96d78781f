namespace Podkit.Node;

/// <summary>A directory or file of this machine that a container sees at a path of its own.</summary>
/// <param name="Source">The absolute path on this machine. It exists when the container starts.</param>
/// <param name="MountPath">The absolute path in the container.</param>
/// <param name="ReadOnly">Whether the container may only read it.</param>
public sealed record ContainerMount(string Source, string MountPath, bool ReadOnly);
