using System.Globalization;

namespace Podkit.Node.Runtime.ControlGroups;

/// <summary>What to write into the files of a control group for a container's limits, as a kubelet computes it.</summary>
internal static class ControlGroupSettings
{
    private const long Period = 100_000;
    private const long SmallestQuota = 1_000;
    private const long SharesOfCore = 1024;
    private const long SmallestShares = 2;
    private const long LargestShares = 262_144;
    private const long MillisOfCore = 1000;

    /// <summary>The files and their values for one controller, in the order to write them.</summary>
    public static IEnumerable<(string File, string Value)> Of(string controller, ContainerResources limits, bool unified) => controller switch
    {
        "memory" when limits.MemoryBytes is > 0 and var bytes => unified
            ? [("memory.max", Text(bytes)), ("memory.swap.max", "0")]
            : [("memory.limit_in_bytes", Text(bytes)), ("memory.memsw.limit_in_bytes", Text(bytes))],
        "cpu" => unified ? CpuOfUnified(limits) : Cpu(limits),
        "pids" when limits.Pids is > 0 and var most => [("pids.max", Text(most))],
        _ => [],
    };

    private static IEnumerable<(string File, string Value)> Cpu(ContainerResources limits)
    {
        if (limits.CpuRequestMillis is { } request) yield return ("cpu.shares", Text(Shares(request)));
        if (limits.CpuMillis is not > 0) yield break;
        yield return ("cpu.cfs_period_us", Text(Period));
        yield return ("cpu.cfs_quota_us", Text(Quota(limits.CpuMillis.Value)));
    }

    private static IEnumerable<(string File, string Value)> CpuOfUnified(ContainerResources limits)
    {
        // The weights of v2 (1 to 10,000) for the shares of v1 (2 to 262,144).
        if (limits.CpuRequestMillis is { } request) yield return ("cpu.weight", Text(1 + ((Shares(request) - SmallestShares) * 9999 / (LargestShares - SmallestShares))));
        if (limits.CpuMillis is > 0 and var most) yield return ("cpu.max", $"{Text(Quota(most))} {Text(Period)}");
    }

    private static long Shares(long millis) => Math.Clamp(millis * SharesOfCore / MillisOfCore, SmallestShares, LargestShares);

    private static long Quota(long millis) => Math.Max(millis * Period / MillisOfCore, SmallestQuota);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
