using System.Globalization;
using System.Runtime.InteropServices;
using Podkit.Model;
using Podkit.Model.Core.V1;

namespace Podkit.Node.Agent;

/// <summary>What this machine is and has, for the Node object.</summary>
internal static class MachineInfo
{
    public const string KubeletVersion = "v1.34.0+podkit";

    /// <summary>What the machine has to give.</summary>
    /// <param name="maximumPods">How many pods it takes.</param>
    /// <param name="disk">A path on the disk that containers use.</param>
    public static Dictionary<string, Quantity> Capacity(int maximumPods, string disk)
    {
        var capacity = new Dictionary<string, Quantity>
        {
            ["cpu"] = Number(Environment.ProcessorCount),
            ["memory"] = Quantity.Parse($"{MemoryBytes() / 1024}Ki"),
            ["ephemeral-storage"] = Quantity.Parse($"{new DriveInfo(disk).TotalSize / 1024}Ki"),
            ["pods"] = Number(maximumPods),
        };
        foreach (var (size, bytes) in HugePages()) capacity["hugepages-" + size] = bytes;
        return capacity;
    }

    /// <summary>What the machine is.</summary>
    /// <param name="runtime">The name of the runtime.</param>
    public static NodeSystemInfo System(string runtime) => new()
    {
        Architecture = RuntimeInformation.OSArchitecture switch { Architecture.X64 => "amd64", Architecture.Arm64 => "arm64", var other => other.ToString().ToLowerInvariant() },
        OperatingSystem = OperatingSystem.IsLinux() ? "linux" : OperatingSystem.IsMacOS() ? "darwin" : "windows",
        BootID = FirstLine("/proc/sys/kernel/random/boot_id"),
        MachineID = FirstLine("/etc/machine-id"),
        SystemUUID = FirstLine("/etc/machine-id"),
        KernelVersion = FirstLine("/proc/sys/kernel/osrelease"),
        OsImage = OsImage(),
        KubeletVersion = KubeletVersion,
        ContainerRuntimeVersion = $"podkit-{runtime}://{typeof(MachineInfo).Assembly.GetName().Version?.ToString(3)}",
    };

    /// <summary>The machine's memory, or less where a control group bounds this process.</summary>
    private static long MemoryBytes()
    {
        var available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        var line = Lines("/proc/meminfo").FirstOrDefault(l => l.StartsWith("MemTotal:", StringComparison.Ordinal));
        var total = line is not null && long.TryParse(line["MemTotal:".Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture, out var kilobytes) ? kilobytes * 1024 : available;
        return Math.Min(total, available);
    }

    private static IEnumerable<(string Size, Quantity Bytes)> HugePages()
    {
        const string directory = "/sys/kernel/mm/hugepages";
        if (!Directory.Exists(directory)) yield break;
        foreach (var path in Directory.EnumerateDirectories(directory, "hugepages-*kB").Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(path)["hugepages-".Length..^"kB".Length];
            if (!long.TryParse(name, CultureInfo.InvariantCulture, out var kilobytes)) continue;
            _ = long.TryParse(FirstLine(Path.Combine(path, "nr_hugepages")), CultureInfo.InvariantCulture, out var pages);
            yield return (Quantity.Parse($"{kilobytes}Ki").ToString(), Quantity.Parse($"{kilobytes * pages}Ki"));
        }
    }

    private static string OsImage()
    {
        const string key = "PRETTY_NAME=";
        var line = Lines("/etc/os-release").FirstOrDefault(l => l.StartsWith(key, StringComparison.Ordinal));
        return line is null ? RuntimeInformation.OSDescription : line[key.Length..].Trim('"');
    }

    private static Quantity Number(long value) => Quantity.Parse(value.ToString(CultureInfo.InvariantCulture));

    private static string FirstLine(string path) => Lines(path).FirstOrDefault() ?? "";

    private static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
