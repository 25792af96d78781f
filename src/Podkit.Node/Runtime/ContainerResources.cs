namespace Podkit.Node;

/// <summary>What a container may use. Null is without bound.</summary>
/// <param name="MemoryBytes">The memory limit in bytes.</param>
/// <param name="CpuMillis">The CPU limit in thousandths of a core.</param>
/// <param name="CpuRequestMillis">The CPU request in thousandths of a core, its weight against others.</param>
/// <param name="Pids">The most processes and threads.</param>
public sealed record ContainerResources(long? MemoryBytes = null, long? CpuMillis = null, long? CpuRequestMillis = null, long? Pids = null)
{
    /// <summary>No bounds.</summary>
    public static ContainerResources None { get; } = new();

    /// <summary>Whether anything is bounded.</summary>
    public bool HasLimits => MemoryBytes is > 0 || CpuMillis is > 0 || Pids is > 0;
}
