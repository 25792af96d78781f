using System.Runtime;

namespace Podkit.Metadata.Runtime;

/// <summary>The limits of this process.</summary>
internal sealed class ProcessLimits : IRuntimeLimits
{
    private const string HeapHardLimit = "GCHeapHardLimit";

    public static ProcessLimits Instance { get; } = new();

    public long AvailableMemoryBytes => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    public int ProcessorCount => Environment.ProcessorCount;

    public bool IsServerGC => GCSettings.IsServerGC;

    public int MinimumWorkers
    {
        get
        {
            ThreadPool.GetMinThreads(out var workers, out _);
            return workers;
        }
    }

    public string? TrySetHeapHardLimit(long bytes)
    {
        var before = AppContext.GetData(HeapHardLimit);
        AppContext.SetData(HeapHardLimit, (ulong)bytes);
        try
        {
            GC.RefreshMemoryLimit();
            return null;
        }
        catch (InvalidOperationException e)
        {
            AppContext.SetData(HeapHardLimit, before);
            return e.Message;
        }
    }

    public bool TrySetMinimumWorkers(int workers)
    {
        ThreadPool.GetMinThreads(out _, out var completions);
        return ThreadPool.SetMinThreads(workers, completions);
    }
}
