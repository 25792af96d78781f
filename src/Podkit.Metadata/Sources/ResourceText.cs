using System.Globalization;
using Podkit.Model;

namespace Podkit.Metadata.Sources;

/// <summary>
/// Reads the number that a <c>resourceFieldRef</c> gives. Its unit is the divisor, which only the manifest tells. Where no option says it, CPU of
/// more cores than the machine has is in millicores (divisor 1m), and memory or storage of less than 1 MiB is in mebibytes (divisor 1Mi); these
/// are the divisors of Kubernetes' own examples.
/// </summary>
internal static class ResourceText
{
    private const long Mebi = 1024 * 1024;

    /// <summary>A number of cores or bytes as text; null when the text is none.</summary>
    /// <param name="reference">Which resource, and its divisor.</param>
    /// <param name="text">A number, or a quantity such as 250m.</param>
    /// <param name="processors">How many processors the machine has.</param>
    public static string? Normalize(FieldReference reference, string text, int processors)
    {
        var trimmed = text.Trim();
        if (!Quantity.TryParse(trimmed, out var quantity) || quantity.Sign < 0) return null;
        var hasUnit = trimmed.AsSpan().ContainsAnyExceptInRange('0', '9');
        if (reference.IsCpu)
        {
            var cores = quantity.MilliValue / 1000d;
            if (reference.Divisor is { } part) cores = quantity.MilliValue / 1000d * (part.MilliValue / 1000d);
            else if (!hasUnit && cores > processors) cores /= 1000;
            return cores.ToString("R", CultureInfo.InvariantCulture);
        }

        double bytes = quantity.Value;
        if (reference.Divisor is { } unit) bytes *= unit.Value;
        else if (!hasUnit && quantity.Value < Mebi) bytes *= Mebi;
        return bytes >= long.MaxValue ? null : ((long)bytes).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>How many processors the machine has; a container's CPU limit does not count.</summary>
    public static int Processors()
    {
        try
        {
            // The kernel's list of processors, such as 0-7,9.
            if (OperatingSystem.IsLinux() && File.Exists("/sys/devices/system/cpu/present"))
                return Count(File.ReadAllText("/sys/devices/system/cpu/present").Trim());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return Environment.ProcessorCount;
        }

        return Environment.ProcessorCount;
    }

    private static int Count(string list)
    {
        var count = 0;
        foreach (var range in list.Split(','))
        {
            var ends = range.Split('-');
            var first = int.Parse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture);
            count += int.Parse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture) - first + 1;
        }

        return Math.Max(count, Environment.ProcessorCount);
    }
}
