using System.Globalization;
using Podkit.Node.Interop;

namespace Podkit.Node.Runtime.ControlGroups;

/// <summary>
/// Makes the control groups of containers where this machine lets this user have them: with cgroup v2 in its own group or the nearest one
/// above it that is delegated to this user, with v1 as root in its own group of each controller. Where neither is possible it says so once.
/// </summary>
internal sealed class ControlGroupFactory
{
    private const string Prefix = "podkit-";
    private const uint Ordinary = 0x1ED;
    private static readonly string[] Wanted = ["memory", "cpu", "pids"];

    private static int _made;

    private readonly Lock _gate = new();
    private readonly INodeNotices _notices;
    private readonly IReadOnlyDictionary<string, string> _parents;
    private readonly bool _unified;
    private bool _said;

    private ControlGroupFactory(INodeNotices notices, IReadOnlyDictionary<string, string> parents, bool unified)
    {
        _notices = notices;
        _parents = parents;
        _unified = unified;
        foreach (var parent in parents.Values.Distinct(StringComparer.Ordinal)) RemoveAbandoned(parent);
    }

    /// <summary>Finds out what this machine allows.</summary>
    public static ControlGroupFactory Create(INodeNotices notices)
    {
        try
        {
            var mounts = ControlGroupMounts.Read();
            if (mounts.Unified is { } own && FindDelegated(own, mounts.UnifiedRoot!) is { } parent)
                return new ControlGroupFactory(notices, Wanted.ToDictionary(controller => controller, _ => parent, StringComparer.Ordinal), unified: true);
            var writable = Wanted.Where(controller => mounts.Controllers.TryGetValue(controller, out var directory) && CanMakeGroups(directory));
            return new ControlGroupFactory(notices, writable.ToDictionary(controller => controller, controller => mounts.Controllers[controller], StringComparer.Ordinal), unified: false);
        }
        catch (IOException)
        {
            // No /proc as expected: as good as no control groups.
            return CreateWithout(notices);
        }
    }

    /// <summary>A factory that can make none.</summary>
    internal static ControlGroupFactory CreateWithout(INodeNotices notices) => new(notices, new Dictionary<string, string>(), unified: false);

    /// <summary>A group with a container's limits; null when it has none, or when this machine cannot hold it to them.</summary>
    /// <param name="spec">The container.</param>
    /// <param name="always">Whether a group is wanted without limits too, to find all processes of the container.</param>
    public ControlGroup? Create(ContainerSpec spec, bool always = false)
    {
        if (!always && !spec.Resources.HasLimits) return null;
        SayMissing(spec.Resources);
        if (_parents.Count == 0) return null;
        var name = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-{Interlocked.Increment(ref _made)}");
        var directories = _parents.Values.Distinct(StringComparer.Ordinal).Select(parent => parent + "/" + name).ToList();
        var group = new ControlGroup(directories);
        try
        {
            foreach (var directory in directories) Posix.MakeDirectory(directory, Ordinary);
            foreach (var (controller, parent) in _parents) SetLimits(controller, parent + "/" + name, spec.Resources);
            return group;
        }
        catch (PosixException failure)
        {
            foreach (var directory in directories) _ = Libc.RemoveDirectory(directory);
            SayOnce($"resource limits cannot be enforced: {failure.Message}");
            return null;
        }
    }

    private void SetLimits(string controller, string directory, ContainerResources limits)
    {
        foreach (var (file, value) in ControlGroupSettings.Of(controller, limits, _unified))
        {
            // Swap is accounted only where the kernel was told to.
            if (file.Contains("sw", StringComparison.Ordinal) && !File.Exists(directory + "/" + file)) continue;
            Posix.WriteExisting(directory + "/" + file, value);
        }
    }

    private void SayMissing(ContainerResources limits)
    {
        var missing = new List<string>();
        if (limits.MemoryBytes is > 0 && !_parents.ContainsKey("memory")) missing.Add("memory");
        if (limits.CpuMillis is > 0 && !_parents.ContainsKey("cpu")) missing.Add("cpu");
        if (limits.Pids is > 0 && !_parents.ContainsKey("pids")) missing.Add("process");
        if (missing.Count == 0) return;
        SayOnce($"{string.Join(" and ", missing)} limits are not enforced: this user has no control groups (run as root, or in a systemd user session with delegation: systemd-run --user --scope)");
    }

    private void SayOnce(string text)
    {
        lock (_gate)
        {
            if (_said) return;
            _said = true;
        }

        _notices.Say(text);
    }

    /// <summary>The nearest group, from one's own upwards, below which this user may make groups with all controllers.</summary>
    private static string? FindDelegated(string own, string root)
    {
        for (var directory = own; directory.Length >= root.Length; directory = Path.GetDirectoryName(directory)!)
        {
            if (Libc.Access(directory + "/cgroup.procs", 2) == 0 && HasControllers(directory) && CanMakeGroups(directory)) return directory;
            if (directory == root) break;
        }

        return null;
    }

    private static bool HasControllers(string directory)
    {
        var control = directory + "/cgroup.subtree_control";
        if (!File.Exists(control)) return false;
        if (Has()) return true;
        try
        {
            Posix.WriteExisting(control, string.Join(' ', Wanted.Select(controller => "+" + controller)));
            return Has();
        }
        catch (PosixException)
        {
            // Processes stand in the group itself, or it is not this user's.
            return false;
        }

        bool Has() => Wanted.All(File.ReadAllText(control).Split(' ', '\n').Contains);
    }

    private static bool CanMakeGroups(string parent)
    {
        var probe = string.Create(CultureInfo.InvariantCulture, $"{parent}/{Prefix}{Environment.ProcessId}-probe-{Guid.NewGuid():N}");
        return Libc.MakeDirectory(probe, Ordinary) == 0 && Libc.RemoveDirectory(probe) == 0;
    }

    /// <summary>Removes the groups of processes that were killed.</summary>
    private static void RemoveAbandoned(string parent)
    {
        foreach (var name in DirectoryTree.Names(parent).Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            if (int.TryParse(name.Split('-')[1], CultureInfo.InvariantCulture, out var process) && !Directory.Exists($"/proc/{process}")) _ = Libc.RemoveDirectory(parent + "/" + name);
        }
    }
}
