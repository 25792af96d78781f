namespace Podkit.Metadata;

/// <summary>What was set of .NET's limits, and what only the next start can set.</summary>
/// <param name="HeapHardLimitBytes">The heap limit that was set; null: none.</param>
/// <param name="MinimumWorkerThreads">The thread pool's minimum that was set; null: none.</param>
/// <param name="Done">What was done or left alone and why, a sentence each.</param>
/// <param name="Advice">What can be set at the start only, a sentence each.</param>
public sealed record RuntimeFitReport(long? HeapHardLimitBytes, int? MinimumWorkerThreads, IReadOnlyList<string> Done, IReadOnlyList<string> Advice);
