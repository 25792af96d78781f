namespace Podkit.Node.Runtime.Sandbox;

/// <summary>
/// Plans a container's view of the file system: this machine's, read-only, with /tmp, /var/tmp and /run of its own, and its volumes at their
/// mount paths. A read-only directory cannot get a new entry to mount on; where a mount path does not exist, the nearest directory above it
/// that does is replaced: by a directory in memory whose other entries are this machine's, or (/etc, which has too many of them) by a copy.
/// </summary>
/// <param name="host">This machine's file system.</param>
internal sealed class MountPlanner(IHostFiles host)
{
    private const uint Shared = 0x3FF; // 01777
    private const uint Ordinary = 0x1ED; // 0755
    private const string Copied = "/etc";

    private static readonly string[] Memories = ["/run", "/tmp", "/var/tmp"];

    /// <summary>Parts of /run that files elsewhere link to.</summary>
    private static readonly string[] Kept =
        ["/run/systemd/resolve", "/run/NetworkManager/resolv.conf", "/run/resolvconf", "/run/current-system", "/run/booted-system", "/run/opengl-driver"];

    private static readonly string[] Devices = ["null", "zero", "full", "random", "urandom", "tty", "ptmx"];

    /// <summary>Plans the steps, in the order in which they are to be done.</summary>
    /// <exception cref="ContainerStartException">A mount cannot be made.</exception>
    public List<MountStep> Plan(MountRequest request)
    {
        var resolver = new MountPathResolver(host, [.. OwnMemories()]);
        foreach (var program in request.Programs) resolver.AddMount(new MountRequest.Item(program, program, true, host.Kind(program) == HostEntryKind.Directory));
        foreach (var mount in request.Mounts.OrderBy(mount => mount.Target, StringComparer.Ordinal)) resolver.AddMount(mount);
        foreach (var folder in request.Folders) resolver.AddFolder(folder);
        var replaced = resolver.Missing.Select(missing => missing.Above).Where(above => !IsWithin(above, Copied)).ToHashSet(StringComparer.Ordinal);
        var steps = new List<MountStep>();
        AddRoot(steps, replaced);
        AddCopy(steps, resolver);
        AddOwn(steps);
        AddMounts(steps, resolver.Mounts);
        steps.AddRange(resolver.Folders.Select(folder => new MountStep.Folder(folder)));
        foreach (var directory in replaced.OrderDescending(StringComparer.Ordinal)) steps.Add(new MountStep.Freeze(directory));
        if (request.ReadOnlyRoot) steps.AddRange(OwnMemories().Where(path => !resolver.IsMount(path)).Select(path => new MountStep.Freeze(path)));
        return steps;
    }

    private void AddRoot(List<MountStep> steps, HashSet<string> replaced)
    {
        if (!replaced.Contains("/")) steps.Add(new MountStep.Bind("/", "/", ReadOnly: true));
        foreach (var directory in replaced.Order(StringComparer.Ordinal))
        {
            if (directory != "/") steps.Add(new MountStep.Memory(directory, Ordinary));
            foreach (var name in host.Names(directory).Order(StringComparer.Ordinal)) AddEntry(steps, directory == "/" ? "/" + name : $"{directory}/{name}", replaced);
        }
    }

    private void AddEntry(List<MountStep> steps, string path, HashSet<string> replaced)
    {
        if (replaced.Contains(path) || Memories.Contains(path) || path is "/proc" or "/dev" or "/lost+found") return;
        switch (host.Kind(path))
        {
            case HostEntryKind.Link:
                steps.Add(new MountStep.Link(host.ReadLink(path), path));
                break;
            case not HostEntryKind.None:
                steps.Add(new MountStep.Bind(path, path, ReadOnly: true));
                break;
        }
    }

    private static void AddCopy(List<MountStep> steps, MountPathResolver resolver)
    {
        var points = resolver.Missing.Where(missing => IsWithin(missing.Above, Copied))
            .Select(missing => new MountStep.MountPoint(missing.Path[(Copied.Length + 1)..], missing.IsDirectory))
            .Distinct()
            .OrderBy(point => point.Path, StringComparer.Ordinal)
            .ToList();
        if (points.Count > 0) steps.Add(new MountStep.Copy(Copied, points));
    }

    private void AddOwn(List<MountStep> steps)
    {
        foreach (var path in OwnMemories()) steps.Add(new MountStep.Memory(path, path == "/run" ? Ordinary : Shared));
        foreach (var path in Kept.Where(path => host.Kind(path) is HostEntryKind.Directory or HostEntryKind.File)) steps.Add(new MountStep.Bind(path, path, ReadOnly: true));
        foreach (var path in Kept.Where(path => host.Kind(path) == HostEntryKind.Link)) steps.Add(new MountStep.Link(host.ReadLink(path), path));
        steps.Add(new MountStep.Processes("/proc"));
        steps.Add(new MountStep.Memory("/dev", Ordinary));
        foreach (var name in Devices.Where(name => host.Kind("/dev/" + name) != HostEntryKind.None)) steps.Add(new MountStep.Bind("/dev/" + name, "/dev/" + name, false, Device: true));
        if (host.Kind("/dev/pts") == HostEntryKind.Directory) steps.Add(new MountStep.Bind("/dev/pts", "/dev/pts", false, Device: true));
        steps.Add(new MountStep.Memory("/dev/shm", Shared));
        steps.Add(new MountStep.Link("/proc/self/fd", "/dev/fd"));
        steps.Add(new MountStep.Link("/proc/self/fd/0", "/dev/stdin"));
        steps.Add(new MountStep.Link("/proc/self/fd/1", "/dev/stdout"));
        steps.Add(new MountStep.Link("/proc/self/fd/2", "/dev/stderr"));
    }

    /// <summary>Directories on the way to a mount that are not there yet are made first: bubblewrap would make them for the container's root alone.</summary>
    private void AddMounts(List<MountStep> steps, IReadOnlyList<MountRequest.Item> mounts)
    {
        var made = new HashSet<string>(StringComparer.Ordinal);
        foreach (var mount in mounts)
        {
            foreach (var parent in Parents(mount.Target).Where(parent => made.Add(parent) && IsMade(parent))) steps.Add(new MountStep.Folder(parent));
            steps.Add(new MountStep.Bind(mount.Source, mount.Target, mount.ReadOnly, mount.IsDevice));
        }
    }

    private bool IsMade(string path) => host.Kind(path) == HostEntryKind.None || OwnMemories().Any(memory => path != memory && IsWithin(path, memory));

    private static IEnumerable<string> Parents(string path)
    {
        for (var slash = path.IndexOf('/', 1); slash > 0; slash = path.IndexOf('/', slash + 1)) yield return path[..slash];
    }

    private IEnumerable<string> OwnMemories() => Memories.Where(path => host.Kind(path) == HostEntryKind.Directory);

    internal static bool IsWithin(string path, string directory) =>
        directory == "/" || path == directory || (path.Length > directory.Length && path[directory.Length] == '/' && path.StartsWith(directory, StringComparison.Ordinal));
}
