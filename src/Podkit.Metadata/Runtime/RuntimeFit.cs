using System.Globalization;
using Podkit.Metadata.Runtime;

namespace Podkit.Metadata;

/// <summary>
/// Fits .NET to a container's resources where .NET does not see them itself: it reads the limits of its control group at the start, so there is
/// nothing to do where those are set; but not where only the manifest knows them, as without control groups, or with requests and no limits.
/// </summary>
/// <remarks>
/// The heap's hard limit and the thread pool's minimum can be set while the app runs. The number of processors, the collector's heaps and its mode
/// are fixed when .NET starts: for them there is advice, an environment variable of the container each.
/// </remarks>
public static class RuntimeFit
{
    /// <summary>Sets what can be set now, and says what the next start needs.</summary>
    /// <param name="resources">The container's resources: <see cref="IPodMetadata.Resources"/>.</param>
    /// <param name="options">How limits follow from them; null: the defaults.</param>
    /// <exception cref="ArgumentException">An option is not valid; the message names it.</exception>
    public static RuntimeFitReport Apply(ContainerResources resources, RuntimeFitOptions? options = null) => Apply(resources, options, ProcessLimits.Instance);

    internal static RuntimeFitReport Apply(ContainerResources resources, RuntimeFitOptions? options, IRuntimeLimits limits)
    {
        ArgumentNullException.ThrowIfNull(resources);
        options ??= new RuntimeFitOptions();
        options.Validate();
        var done = new List<string>();
        var advice = new List<string>();
        var heap = FitHeap(resources, options, limits, done, advice);
        var workers = FitProcessors(resources, options, limits, done, advice);
        return new RuntimeFitReport(heap, workers, done, advice);
    }

    private static long? FitHeap(ContainerResources resources, RuntimeFitOptions options, IRuntimeLimits limits, List<string> done, List<string> advice)
    {
        var memory = resources.Limits.MemoryBytes ?? (options.UseRequests ? resources.Requests.MemoryBytes : null);
        var what = resources.Limits.MemoryBytes is null ? "request" : "limit";
        if (memory is not > 0)
        {
            done.Add("heap: the container's memory limit is not known, nothing is set");
            return null;
        }

        var wanted = (long)(memory.Value * options.HeapPart);
        if (limits.AvailableMemoryBytes <= memory)
        {
            done.Add($"heap: .NET sees {Mebibytes(limits.AvailableMemoryBytes)} of the memory {what} of {Mebibytes(memory.Value)} itself, nothing is set");
            return null;
        }

        if (!options.SetHeapLimit || wanted < options.SmallestHeap)
        {
            if (options.SetHeapLimit) advice.Add($"the memory {what} of {Mebibytes(memory.Value)} is too small for a managed heap: no heap limit is set");
            return null;
        }

        if (limits.TrySetHeapHardLimit(wanted) is { } problem)
        {
            advice.Add($"the heap limit of {Mebibytes(wanted)} could not be set ({problem}): set DOTNET_GCHeapHardLimit=0x{wanted:X} in the container's environment");
            return null;
        }

        done.Add($"heap: limited to {Mebibytes(wanted)}, of the memory {what} of {Mebibytes(memory.Value)}, which .NET does not see itself");
        return wanted;
    }

    private static int? FitProcessors(ContainerResources resources, RuntimeFitOptions options, IRuntimeLimits limits, List<string> done, List<string> advice)
    {
        var cores = resources.Limits.CpuCores ?? (options.UseRequests ? resources.Requests.CpuCores : null);
        if (cores is not > 0)
        {
            done.Add("processors: the container's CPU limit is not known, nothing is set");
            return null;
        }

        var whole = (int)Math.Clamp(Math.Ceiling(cores.Value), 1, int.MaxValue);
        if (limits.ProcessorCount <= whole)
        {
            done.Add(string.Create(CultureInfo.InvariantCulture, $"processors: .NET counts {limits.ProcessorCount}, within the {cores:0.###} cores of the container"));
            return null;
        }

        advice.Add(string.Create(CultureInfo.InvariantCulture,
            $".NET counts {limits.ProcessorCount} processors where the container has {cores:0.###}, and keeps to that until it ends: set DOTNET_PROCESSOR_COUNT={whole} in the container's environment"));
        if (limits.IsServerGC)
            advice.Add($"the server collector has a heap for each of {limits.ProcessorCount} processors, which cannot change after the start: set DOTNET_GCHeapCount=0x{whole:X}{(whole == 1 ? " or DOTNET_gcServer=0" : "")} in the container's environment");
        if (!options.SetThreadPoolMinimum || limits.MinimumWorkers <= whole || !limits.TrySetMinimumWorkers(whole)) return null;
        done.Add($"thread pool: begins with {whole} threads instead of {limits.ProcessorCount} before it waits with each more");
        return whole;
    }

    private static string Mebibytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.#} MiB");
}
