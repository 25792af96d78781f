namespace Podkit.Metadata;

/// <summary>Amounts of resources; what is not known is null.</summary>
/// <param name="CpuCores">CPU in cores: 0.25 is 250m.</param>
/// <param name="MemoryBytes">Memory in bytes.</param>
/// <param name="EphemeralStorageBytes">Ephemeral storage in bytes.</param>
public sealed record ResourceAmounts(double? CpuCores, long? MemoryBytes, long? EphemeralStorageBytes)
{
    /// <summary>Nothing is known.</summary>
    public static ResourceAmounts Unknown { get; } = new(null, null, null);
}
