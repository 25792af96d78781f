using Podkit.Node.Interop;

namespace Podkit.Node.Runtime.Plain;

/// <summary>
/// The directory that PODKIT_VOLUMES names: the container's mount paths below it, as links to where the volumes are. Where one volume is
/// mounted within another, the outer one's entries are linked one by one.
/// </summary>
internal static class PlainVolumes
{
    /// <summary>Makes the links.</summary>
    /// <param name="directory">The directory; it exists and is empty.</param>
    /// <param name="mounts">The mounts.</param>
    public static void Create(string directory, IReadOnlyList<ContainerMount> mounts)
    {
        foreach (var mount in mounts.OrderBy(mount => mount.MountPath, StringComparer.Ordinal))
        {
            var path = directory + Clean(mount.MountPath);
            var hasInner = mounts.Any(other => Clean(other.MountPath).StartsWith(Clean(mount.MountPath) + "/", StringComparison.Ordinal));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            Posix.Unlink(path);
            if (hasInner && Directory.Exists(mount.Source)) LinkEntries(mount.Source, path);
            else Posix.SymbolicLink(mount.Source, path);
        }
    }

    /// <summary>Where a path of the container lies on this machine: in a volume, or where it says.</summary>
    public static string ToHost(string path, IReadOnlyList<ContainerMount> mounts)
    {
        var mount = mounts.Where(mount => path == Clean(mount.MountPath) || path.StartsWith(Clean(mount.MountPath) + "/", StringComparison.Ordinal)).MaxBy(mount => mount.MountPath.Length);
        return mount is null ? path : mount.Source + path[Clean(mount.MountPath).Length..];
    }

    private static void LinkEntries(string source, string path)
    {
        Directory.CreateDirectory(path);
        foreach (var name in DirectoryTree.Names(source))
        {
            if (FileStatus.Find(Path.Combine(path, name), follow: false) is null) Posix.SymbolicLink(Path.Combine(source, name), Path.Combine(path, name));
        }
    }

    private static string Clean(string path) => "/" + path.Trim('/');
}
