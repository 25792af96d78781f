using Podkit.Node.Interop;

namespace Podkit.Node.Runtime.Sandbox;

/// <summary>What one container is to see, and where its paths lie on this machine.</summary>
internal sealed class SandboxView
{
    private static readonly string[] Hidden = ["/tmp", "/var/tmp", "/run"];

    private readonly ContainerSpec _spec;
    private readonly IHostFiles _host;
    private readonly List<MountRequest.Item> _mounts;
    private readonly List<string> _programs;

    /// <summary>Puts the container's volumes, its own files and what its command names together.</summary>
    /// <param name="spec">The container.</param>
    /// <param name="files">Its own files.</param>
    /// <param name="host">This machine's files.</param>
    /// <param name="path">The container's PATH, which may lead below /tmp or the like.</param>
    public SandboxView(ContainerSpec spec, ContainerFiles files, IHostFiles host, string path = "")
    {
        _spec = spec;
        _host = host;
        _mounts = [.. spec.Mounts.Select(Item)];
        AddOwn(files.Hosts, "/etc/hosts", readOnly: false);
        AddOwn(files.Hostname, "/etc/hostname", readOnly: false);
        AddOwn(files.TerminationLog, spec.TerminationMessagePath, readOnly: false);
        _programs = [.. spec.Command.Concat(path.Split(':').Where(d => d.StartsWith('/'))).Select(ProgramPath).OfType<string>().Distinct(StringComparer.Ordinal)];
    }

    /// <summary>What the planner is asked for.</summary>
    public MountRequest Request() => new(_mounts, _spec.WorkingDirectory is { Length: > 1 } directory ? [directory] : [], _programs, _spec.ReadOnlyRootFilesystem);

    /// <summary>Where a path of the container lies on this machine; null when that cannot be said from here.</summary>
    public string? ToHost(string path)
    {
        var mount = _mounts.Where(mount => MountPlanner.IsWithin(path, mount.Target)).MaxBy(mount => mount.Target.Length);
        if (mount is null) return path;
        var source = mount.Source + path[mount.Target.Length..];

        // A link within a volume may lead anywhere in the container.
        return _host.Kind(source) == HostEntryKind.Link ? null : source;
    }

    private void AddOwn(string source, string target, bool readOnly)
    {
        if (target.Length > 0 && _mounts.All(mount => mount.Target != target)) _mounts.Add(new MountRequest.Item(source, target, readOnly, IsDirectory: false));
    }

    private static MountRequest.Item Item(ContainerMount mount)
    {
        var status = FileStatus.Find(mount.Source, follow: true)
            ?? throw new ContainerStartException("CreateContainerError", $"cannot mount {mount.Source} at {mount.MountPath}: no such file or directory");
        var device = status.IsCharacterDevice || status.IsBlockDevice || MountPlanner.IsWithin(mount.Source, "/dev") && !MountPlanner.IsWithin(mount.Source, "/dev/shm");
        var target = mount.MountPath.Length > 1 ? mount.MountPath.TrimEnd('/') : mount.MountPath;
        return new MountRequest.Item(mount.Source, target, mount.ReadOnly, status.IsDirectory, device);
    }

    /// <summary>The directory (or the file) to show at its own place when a word of the command, or a part of the PATH, names one below /tmp or the like.</summary>
    private string? ProgramPath(string word)
    {
        if (Hidden.FirstOrDefault(hidden => word.StartsWith(hidden + "/", StringComparison.Ordinal)) is not { } top) return null;
        if (word.Contains("/../", StringComparison.Ordinal) || _mounts.Any(mount => MountPlanner.IsWithin(word, mount.Target))) return null;
        if (_host.Kind(word) is HostEntryKind.Directory) return word.TrimEnd('/');
        if (_host.Kind(word) is not (HostEntryKind.File or HostEntryKind.Link)) return null;
        var folder = Path.GetDirectoryName(word)!;
        return folder == top ? word : folder;
    }
}
