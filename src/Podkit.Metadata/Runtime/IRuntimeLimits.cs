namespace Podkit.Metadata.Runtime;

/// <summary>The limits of a .NET process, as it knows them and as they can be set.</summary>
internal interface IRuntimeLimits
{
    /// <summary>What the garbage collector believes to have, its own hard limit considered.</summary>
    long AvailableMemoryBytes { get; }

    /// <summary>What it counts as cores since its start.</summary>
    int ProcessorCount { get; }

    bool IsServerGC { get; }

    /// <summary>Limits the managed heap; what is wrong when it cannot be.</summary>
    string? TrySetHeapHardLimit(long bytes);

    /// <summary>Sets the thread pool's minimum of workers; whether it was accepted.</summary>
    bool TrySetMinimumWorkers(int workers);

    int MinimumWorkers { get; }
}
