namespace Podkit.Node.Runtime.ControlGroups;

/// <summary>Where this process stands in the control groups of this machine.</summary>
/// <param name="Unified">The directory of its group with cgroup v2, or null.</param>
/// <param name="UnifiedRoot">The top of the v2 hierarchy that is visible here, or null.</param>
/// <param name="Controllers">The directory of its group for each controller of cgroup v1.</param>
internal sealed record ControlGroupMounts(string? Unified, string? UnifiedRoot, IReadOnlyDictionary<string, string> Controllers)
{
    private const int RootField = 3;
    private const int PointField = 4;

    /// <summary>Reads what the kernel says about this process.</summary>
    public static ControlGroupMounts Read() => Parse(File.ReadAllLines("/proc/self/mountinfo"), File.ReadAllLines("/proc/self/cgroup"));

    /// <summary>Understands /proc/self/mountinfo and /proc/self/cgroup.</summary>
    internal static ControlGroupMounts Parse(IEnumerable<string> mounts, IEnumerable<string> groups)
    {
        var paths = groups.Select(line => line.Split(':', 3)).Where(parts => parts.Length == 3).ToDictionary(parts => parts[1], parts => parts[2], StringComparer.Ordinal);
        string? unified = null, unifiedRoot = null;
        var controllers = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in mounts)
        {
            var halves = line.Split(" - ", 2);
            if (halves.Length < 2) continue;
            var fields = halves[0].Split(' ');
            var kind = halves[1].Split(' ');
            if (kind[0] == "cgroup2" && paths.TryGetValue("", out var path))
            {
                unifiedRoot = Unescape(fields[PointField]);
                unified = Within(unifiedRoot, fields[RootField], path);
            }
            else if (kind[0] == "cgroup" && paths.FirstOrDefault(pair => Mounts(kind[^1], pair.Key)) is { Key.Length: > 0 } own)
            {
                foreach (var controller in own.Key.Split(',')) controllers[controller] = Within(Unescape(fields[PointField]), fields[RootField], own.Value);
            }
        }

        return new ControlGroupMounts(unified, unifiedRoot, controllers);
    }

    private static bool Mounts(string options, string controllers) =>
        controllers.Length > 0 && controllers.Split(',').All(controller => options.Split(',').Contains(controller));

    /// <summary>The directory of a group in a mount that may show only a part of the hierarchy.</summary>
    private static string Within(string point, string root, string path)
    {
        if (root != "/" && (path == root || path.StartsWith(root + "/", StringComparison.Ordinal))) path = path[root.Length..];
        return path is "" or "/" ? point : point + path;
    }

    private static string Unescape(string path) => path.Replace("\\040", " ", StringComparison.Ordinal);
}
