namespace Podkit.Metadata;

/// <summary>How .NET's limits follow from a container's resources.</summary>
public sealed class RuntimeFitOptions
{
    /// <summary>
    /// Which part of the container's memory the managed heap may take; the rest is for stacks, code and native memory. Default: 0.75, as .NET itself
    /// does where it sees the limit.
    /// </summary>
    public double HeapPart { get; set; } = 0.75;

    /// <summary>Below this no heap limit is set, since an app could not run with it. Default: 16 MiB.</summary>
    public long SmallestHeap { get; set; } = 16 * 1024 * 1024;

    /// <summary>
    /// Whether requests count where there is no limit. A request is no limit: with it the app stays within what is reserved for it, and fails
    /// with <see cref="OutOfMemoryException"/> where it could have had more. Default: false.
    /// </summary>
    public bool UseRequests { get; set; }

    /// <summary>Whether the heap limit is set. Default: true.</summary>
    public bool SetHeapLimit { get; set; } = true;

    /// <summary>Whether the thread pool's minimum follows the cores: fewer threads that compete for a small share. Default: true.</summary>
    public bool SetThreadPoolMinimum { get; set; } = true;

    internal void Validate()
    {
        if (HeapPart is not (> 0 and <= 1)) throw new ArgumentException($"RuntimeFitOptions.HeapPart must be above 0 and at most 1, not {HeapPart}");
        if (SmallestHeap < 0) throw new ArgumentException($"RuntimeFitOptions.SmallestHeap must not be negative, but is {SmallestHeap}");
    }
}
