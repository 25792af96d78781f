namespace Podkit.Node.Runtime.Sandbox;

/// <summary>Finds where mount paths lead through this machine's symbolic links, and what of them does not exist.</summary>
/// <param name="host">This machine's file system.</param>
/// <param name="memories">Directories that a container has of its own: anything may be made in them.</param>
internal sealed class MountPathResolver(IHostFiles host, IReadOnlyList<string> memories)
{
    private const int MostLinks = 40;

    private readonly List<MountRequest.Item> _mounts = [];
    private readonly List<string> _folders = [];
    private readonly List<MissingPath> _missing = [];

    /// <summary>The mounts with their real paths, in their order.</summary>
    public IReadOnlyList<MountRequest.Item> Mounts => _mounts;

    /// <summary>The folders that have to be made.</summary>
    public IReadOnlyList<string> Folders => _folders;

    /// <summary>What does not exist on this machine.</summary>
    public IReadOnlyList<MissingPath> Missing => _missing;

    /// <summary>Whether something is mounted at exactly that path.</summary>
    public bool IsMount(string path) => _mounts.Any(mount => mount.Target == path);

    /// <summary>Takes a mount.</summary>
    public void AddMount(MountRequest.Item mount)
    {
        var target = Resolve(Normalize(mount.Target), out var above);
        if (target == "/") throw new ContainerStartException("CreateContainerError", $"cannot mount {mount.Source} at {mount.Target}: a container's root cannot be replaced");
        if (above is not null) _missing.Add(new MissingPath(target, above, mount.IsDirectory));
        else CheckKind(mount, target);
        _mounts.Add(mount with { Target = target });
    }

    /// <summary>Takes a directory that must exist.</summary>
    public void AddFolder(string path)
    {
        var target = Resolve(Normalize(path), out var above);
        if (above is not null) _missing.Add(new MissingPath(target, above, IsDirectory: true));
        if (above is not null || IsOwn(target)) _folders.Add(target);
    }

    /// <summary>Follows links as the container will; <paramref name="above"/> is the nearest directory that exists when the path does not.</summary>
    private string Resolve(string path, out string? above)
    {
        above = null;
        var pending = new Stack<string>(path.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse());
        var resolved = "";
        var links = 0;
        while (pending.TryPop(out var name))
        {
            if (name == ".") continue;
            if (name == "..")
            {
                resolved = resolved[..Math.Max(resolved.LastIndexOf('/'), 0)];
                continue;
            }

            var next = $"{resolved}/{name}";
            if (IsOwn(next) || MountOver(next) is not null) return EndWithin(next, pending, path);
            switch (host.Kind(next))
            {
                case HostEntryKind.Link:
                    if (++links > MostLinks) throw new ContainerStartException("CreateContainerError", $"mount path {path}: too many levels of symbolic links");
                    var text = host.ReadLink(next);
                    if (text.StartsWith('/')) resolved = "";
                    foreach (var part in text.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse()) pending.Push(part);
                    break;
                case HostEntryKind.None:
                    above = resolved.Length == 0 ? "/" : resolved;
                    return Join(next, pending);
                case not HostEntryKind.Directory when pending.Count > 0:
                    throw new ContainerStartException("CreateContainerError", $"mount path {path}: {next} is not a directory");
                default:
                    resolved = next;
                    break;
            }
        }

        return resolved.Length == 0 ? "/" : resolved;
    }

    /// <summary>The rest of a path lies in a directory of the container's own or in a volume: it is made there.</summary>
    private string EndWithin(string start, Stack<string> rest, string path)
    {
        var whole = Join(start, rest);
        if (MountOver(whole) is not { } volume || whole == volume.Target) return whole;
        var source = volume.Source + whole[volume.Target.Length..];
        if (volume.ReadOnly && host.Kind(source) == HostEntryKind.None)
            throw new ContainerStartException("CreateContainerError", $"mount path {path}: mkdir {whole}: read-only file system: it lies in the volume that is mounted read-only at {volume.Target}");
        return whole;
    }

    private static string Join(string start, Stack<string> rest)
    {
        var parts = new List<string>(start.Split('/', StringSplitOptions.RemoveEmptyEntries));
        foreach (var name in rest)
        {
            if (name == ".." && parts.Count > 0) parts.RemoveAt(parts.Count - 1);
            else if (name is not (".." or ".")) parts.Add(name);
        }

        return "/" + string.Join('/', parts);
    }

    private MountRequest.Item? MountOver(string path) =>
        _mounts.Where(mount => MountPlanner.IsWithin(path, mount.Target)).MaxBy(mount => mount.Target.Length);

    private bool IsOwn(string path) =>
        MountPlanner.IsWithin(path, "/dev") || MountPlanner.IsWithin(path, "/proc") || memories.Any(memory => MountPlanner.IsWithin(path, memory));

    private void CheckKind(MountRequest.Item mount, string target)
    {
        if (IsOwn(target) || MountOver(target) is not null) return;
        if (mount.IsDirectory == (host.Kind(target) == HostEntryKind.Directory)) return;
        throw new ContainerStartException(
            "CreateContainerError",
            $"cannot mount {mount.Source} at {mount.Target}: {(mount.IsDirectory ? "a directory cannot be mounted onto a file" : "a file cannot be mounted onto a directory")}");
    }

    private static string Normalize(string path) => path.StartsWith('/') ? path : "/" + path;

    /// <summary>A path to mount on that this machine does not have.</summary>
    /// <param name="Path">The path.</param>
    /// <param name="Above">The nearest directory above it that exists.</param>
    /// <param name="IsDirectory">Whether a directory is mounted there.</param>
    internal sealed record MissingPath(string Path, string Above, bool IsDirectory);
}
