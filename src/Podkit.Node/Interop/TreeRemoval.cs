using System.Runtime.InteropServices;
using System.Text;

namespace Podkit.Node.Interop;

/// <summary>
/// Removes a tree that strangers wrote: names need not be UTF-8, directories need not be writable or end at any depth, links are never followed.
/// </summary>
internal static unsafe class TreeRemoval
{
    private const int DirectoryOnly = 0x10000;
    private const int NoFollow = 0x20000;
    private const int CloseOnExec = 0x80000;
    private const int RemoveDirectoryFlag = 0x200;
    private const int CurrentDirectory = -100;
    private const int NameOffset = 19;

    /// <summary>Deeper directories are first moved up, so that neither the stack nor the open files run out.</summary>
    private const int Deepest = 48;

    private static readonly int OpenFlags = (OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm
        ? 0x4000 | 0x8000
        : DirectoryOnly | NoFollow) | CloseOnExec;

    /// <summary>Removes a file, a link or a tree; nothing to do when nothing is there.</summary>
    public static void Remove(string path)
    {
        var status = FileStatus.Find(path, follow: false);
        if (status is null) return;
        if (!status.Value.IsDirectory)
        {
            Posix.Unlink(path);
            return;
        }

        fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
        {
            var moved = 0;
            int before;
            do
            {
                // What was too deep stands directly below the root of the tree after each round.
                before = moved;
                RemoveDirectory(CurrentDirectory, name, -1, 0, ref moved, path);
            }
            while (moved > before);
        }
    }

    private static void RemoveDirectory(int parent, byte* name, int top, int depth, ref int moved, string path)
    {
        var before = moved;
        var fd = OpenWritable(parent, name, path);
        if (fd < 0) return;
        Empty(fd, top < 0 ? fd : top, depth, ref moved, path);
        if (Libc.UnlinkAt(parent, name, RemoveDirectoryFlag) == 0) return;
        var errno = Marshal.GetLastPInvokeError();
        if (errno == Errno.NoEntry || (errno == Errno.NotEmpty && top < 0 && moved > before)) return;
        throw new PosixException("rmdir", path, errno);
    }

    /// <summary>Opens a directory and makes sure that its owner may change it.</summary>
    private static int OpenWritable(int parent, byte* name, string path)
    {
        var fd = Libc.OpenAt(parent, name, OpenFlags, 0);
        if (fd < 0 && Marshal.GetLastPInvokeError() == Errno.Access && Libc.ChangeModeAt(parent, name, 0x1C0, 0) == 0) fd = Libc.OpenAt(parent, name, OpenFlags, 0);
        if (fd >= 0)
        {
            _ = Libc.ChangeMode(fd, 0x1C0);
            return fd;
        }

        if (Marshal.GetLastPInvokeError() == Errno.NoEntry) return -1;
        throw PosixException.Last("open", path);
    }

    /// <summary>Removes everything in an open directory and closes it.</summary>
    private static void Empty(int fd, int top, int depth, ref int moved, string path)
    {
        var stream = Libc.OpenDirectory(fd);
        if (stream == 0)
        {
            _ = Libc.Close(fd);
            throw PosixException.Last("opendir", path);
        }

        try
        {
            for (var entry = Libc.ReadDirectory(stream); entry != null; entry = Libc.ReadDirectory(stream))
            {
                var name = entry + NameOffset;
                if (IsSpecial(name)) continue;
                RemoveEntry(fd, name, top, depth, ref moved, path);
            }
        }
        finally
        {
            _ = Libc.CloseDirectory(stream);
        }
    }

    private static void RemoveEntry(int directory, byte* name, int top, int depth, ref int moved, string path)
    {
        if (Libc.UnlinkAt(directory, name, 0) == 0) return;
        var errno = Marshal.GetLastPInvokeError();
        if (errno == Errno.NoEntry) return;
        if (errno is not (Errno.IsDirectory or Errno.NotPermitted)) throw new PosixException("unlink", path, errno);
        if (depth < Deepest)
        {
            RemoveDirectory(directory, name, top, depth + 1, ref moved, path);
            return;
        }

        fixed (byte* target = Encoding.UTF8.GetBytes($".podkit-deep-{Environment.ProcessId}-{moved++}\0"))
        {
            if (Libc.RenameAt(directory, name, top, target) != 0) throw PosixException.Last("rename", path);
        }
    }

    private static bool IsSpecial(byte* name) => name[0] == '.' && (name[1] == 0 || (name[1] == '.' && name[2] == 0));
}
