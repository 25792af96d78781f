using Podkit.Node.Interop;

namespace Podkit.Node.Runtime.Plain;

/// <summary>
/// Lets a container that root runs as another user get to its volumes: the directories above them, which nobody else may even enter, may then
/// be entered by whoever knows their names. These hold a random number and the pod's uid.
/// </summary>
internal static class PlainAccess
{
    private const uint Enter = 0x49; // 0111
    private const uint Open = 0x1ED; // 0755

    /// <summary>Opens the directories above the container's own files and above its volumes; never one that is not podkit's.</summary>
    public static void LetOthersIn(string filesDirectory, string podDirectory, IEnumerable<ContainerMount> mounts)
    {
        Posix.ChangeMode(filesDirectory, Open);
        var top = Path.GetDirectoryName(Path.GetDirectoryName(podDirectory)) ?? podDirectory;
        foreach (var path in mounts.Select(mount => mount.Source).Append(filesDirectory))
        {
            for (var above = Path.GetDirectoryName(path); above is { Length: > 1 } && (IsBelow(above, top) || IsPodkits(above)); above = Path.GetDirectoryName(above)) Allow(above);
        }
    }

    private static void Allow(string directory)
    {
        if (FileStatus.Find(directory, follow: false) is { IsDirectory: true } status && status.Uid == Posix.UserId && (status.Permissions & Enter) != Enter)
            Posix.ChangeMode(directory, status.Permissions | Enter);
    }

    private static bool IsBelow(string path, string top) => top.Length > 1 && (path == top || path.StartsWith(top + "/", StringComparison.Ordinal));

    private static bool IsPodkits(string path) => IsBelow(path, InstanceDirectory.DefaultParent) || IsBelow(path, InstanceDirectory.DiskParent);
}
