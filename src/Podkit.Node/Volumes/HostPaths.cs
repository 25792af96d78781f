using Podkit.Model.Core.V1;
using Podkit.Node.Interop;

namespace Podkit.Node.Volumes;

/// <summary>hostPath volumes: what must be at the path, in a kubelet's words when it is not.</summary>
internal static class HostPaths
{
    private const uint DirectoryMode = 0x1ED; // 0755
    private const uint FileMode = 0x1A4; // 0644

    /// <summary>Checks the path, makes what the type says is to be made, and gives the path.</summary>
    /// <exception cref="VolumeException">Something else is there.</exception>
    public static string SetUp(string volume, HostPathVolumeSource source)
    {
        var path = source.Path;
        if (!path.StartsWith('/')) throw new VolumeException(volume, $"hostPath {path}: must be an absolute path");
        try
        {
            Check(volume, path, source.Type ?? "");
            return path;
        }
        catch (IOException failure)
        {
            throw new VolumeException(volume, $"hostPath {path}: {failure.Message}", failure);
        }
    }

    private static void Check(string volume, string path, string type)
    {
        var status = FileStatus.Find(path, follow: true);
        switch (type)
        {
            case "" when status is null:
                // A container runtime makes a directory.
                Directory.CreateDirectory(path);
                return;
            case "":
                return;
            case "DirectoryOrCreate" when status is null:
                Directory.CreateDirectory(path);
                Posix.ChangeMode(path, DirectoryMode);
                return;
            case "FileOrCreate" when status is null:
                Posix.WriteNewFile(path, [], FileMode);
                return;
        }

        var (matches, what) = Expected(type, status) ?? throw new VolumeException(volume, $"{type} is an invalid volume type");
        if (!matches) throw new VolumeException(volume, $"hostPath type check failed: {path} is not a {what}");
    }

    private static (bool Matches, string What)? Expected(string type, FileStatus? status) => type switch
    {
        "Directory" or "DirectoryOrCreate" => (status?.IsDirectory == true, "directory"),
        "File" or "FileOrCreate" => (status?.IsFile == true, "file"),
        "Socket" => (status?.IsSocket == true, "socket file"),
        "CharDevice" => (status?.IsCharacterDevice == true, "character device"),
        "BlockDevice" => (status?.IsBlockDevice == true, "block device"),
        _ => null,
    };
}
