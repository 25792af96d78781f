using Podkit.Metadata.Interop;

namespace Podkit.Metadata.Watching;

/// <summary>Knows file systems whose changes from elsewhere the kernel does not see.</summary>
internal static unsafe class FileSystems
{
    private const int StatusWords = 64;

    /// <summary>The name of a directory's file system when its changes may come from another kernel or a process; null for the usual ones.</summary>
    public static string? SilentKind(string directory)
    {
        if (!OperatingSystem.IsLinux()) return "unknown";
        var status = stackalloc long[StatusWords];
        if (Libc.FileSystemStatus(directory, status) != 0) return null;
        return (uint)status[0] switch
        {
            0x65735546 => "FUSE",
            0x6969 => "NFS",
            0x01021997 => "9p",
            0xFF534D42 or 0xFE534D42 or 0x517B => "SMB",
            0x00C36400 => "Ceph",
            _ => null,
        };
    }
}
