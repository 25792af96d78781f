using System.Runtime.InteropServices;
using System.Text;

namespace Podkit.Node.Interop;

/// <summary>File-system calls that do exactly what they say, whatever the umask, and fail with a <see cref="PosixException"/>.</summary>
internal static unsafe class Posix
{
    private const int ReadOnly = 0;
    private const int WriteOnly = 1;
    private const int Create = 0x40;
    private const int Exclusive = 0x80;
    private const int CloseOnExec = 0x80000;
    private const uint NoChange = uint.MaxValue;

    /// <summary>The user that this process runs as.</summary>
    public static uint UserId { get; } = Libc.EffectiveUserId();

    /// <summary>The group that this process runs as.</summary>
    public static uint GroupId { get; } = Libc.EffectiveGroupId();

    /// <summary>Whether this process is root.</summary>
    public static bool IsRoot => UserId == 0;

    /// <summary>Makes a directory with exactly these permissions.</summary>
    public static void MakeDirectory(string path, uint mode)
    {
        if (Libc.MakeDirectory(path, mode & 0x1FF) != 0) throw PosixException.Last("mkdir", path);
        ChangeMode(path, mode);
    }

    /// <summary>Makes a directory unless it is there; says whether it was made.</summary>
    public static bool TryMakeDirectory(string path, uint mode)
    {
        if (Libc.MakeDirectory(path, mode & 0x1FF) == 0)
        {
            ChangeMode(path, mode);
            return true;
        }

        var errno = Marshal.GetLastPInvokeError();
        if (errno == Errno.Exists) return false;
        throw new PosixException("mkdir", path, errno);
    }

    /// <summary>Writes a new file with exactly these permissions.</summary>
    public static void WriteNewFile(string path, ReadOnlySpan<byte> content, uint mode)
    {
        var fd = Libc.Open(path, WriteOnly | Create | Exclusive | CloseOnExec, 0x180);
        if (fd < 0) throw PosixException.Last("open", path);
        try
        {
            WriteAll(fd, content, path);
            if (Libc.ChangeMode(fd, mode) != 0) throw PosixException.Last("chmod", path);
        }
        finally
        {
            _ = Libc.Close(fd);
        }
    }

    /// <summary>Writes into a file that exists, such as one of a control group.</summary>
    public static void WriteExisting(string path, string content)
    {
        var fd = Libc.Open(path, WriteOnly | CloseOnExec, 0);
        if (fd < 0) throw PosixException.Last("open", path);
        try
        {
            WriteAll(fd, Encoding.UTF8.GetBytes(content), path);
        }
        finally
        {
            _ = Libc.Close(fd);
        }
    }

    /// <summary>Writes all bytes to an open file.</summary>
    public static void WriteAll(int fd, ReadOnlySpan<byte> content, string path)
    {
        fixed (byte* start = content)
        {
            nint done = 0;
            while (done < content.Length)
            {
                var written = Libc.Write(fd, start + done, content.Length - done);
                if (written > 0) done += written;
                else if (written == 0 || Marshal.GetLastPInvokeError() != Errno.Interrupted) throw PosixException.Last("write", path);
            }
        }
    }

    /// <summary>Whether a file holds exactly these bytes; null when it may not be read.</summary>
    public static bool? Holds(string path, ReadOnlySpan<byte> content)
    {
        var fd = Libc.Open(path, ReadOnly | CloseOnExec, 0);
        if (fd < 0) return Marshal.GetLastPInvokeError() == Errno.Access ? null : false;
        try
        {
            return Holds(fd, content);
        }
        finally
        {
            _ = Libc.Close(fd);
        }
    }

    /// <summary>The target of a symbolic link, or null when there is none at the path.</summary>
    public static string? ReadLink(string path)
    {
        const int longest = 4096;
        var buffer = stackalloc byte[longest];
        var length = Libc.ReadLink(path, buffer, longest);
        if (length >= 0) return Encoding.UTF8.GetString(buffer, (int)length);
        var errno = Marshal.GetLastPInvokeError();
        if (errno is Errno.NoEntry or Errno.Invalid or Errno.NotDirectory) return null;
        throw new PosixException("readlink", path, errno);
    }

    public static void SymbolicLink(string target, string path)
    {
        if (Libc.SymbolicLink(target, path) != 0) throw PosixException.Last("symlink", path);
    }

    public static void HardLink(string existing, string path)
    {
        if (Libc.HardLink(existing, path) != 0) throw PosixException.Last("link", path);
    }

    public static void Rename(string from, string to)
    {
        if (Libc.Rename(from, to) != 0) throw PosixException.Last("rename", to);
    }

    public static void ChangeMode(string path, uint mode)
    {
        if (Libc.ChangeMode(path, mode) != 0) throw PosixException.Last("chmod", path);
    }

    /// <summary>Changes owner and group; null leaves one as it is. A symbolic link itself is changed, not its target.</summary>
    public static void ChangeOwner(string path, uint? uid, uint? gid)
    {
        if (Libc.ChangeOwner(path, uid ?? NoChange, gid ?? NoChange) != 0) throw PosixException.Last("chown", path);
    }

    /// <summary>
    /// Changes owner and group where this user may; says whether that was so. Root of a user namespace may give files to the users of that
    /// namespace only.
    /// </summary>
    public static bool TryChangeOwner(string path, uint? uid, uint? gid)
    {
        try
        {
            ChangeOwner(path, uid, gid);
            return true;
        }
        catch (PosixException refused) when (refused.Errno is Errno.NotPermitted or Errno.Invalid)
        {
            return false;
        }
    }

    /// <summary>Removes a file or link; says whether it was there.</summary>
    public static bool Unlink(string path)
    {
        if (Libc.Unlink(path) == 0) return true;
        var errno = Marshal.GetLastPInvokeError();
        if (errno == Errno.NoEntry) return false;
        throw new PosixException("unlink", path, errno);
    }

    private static bool Holds(int fd, ReadOnlySpan<byte> content)
    {
        const int chunk = 8192;
        var buffer = stackalloc byte[chunk];
        while (true)
        {
            var read = (int)Libc.Read(fd, buffer, chunk);
            if (read < 0)
            {
                if (Marshal.GetLastPInvokeError() == Errno.Interrupted) continue;
                return false;
            }

            if (read == 0) return content.IsEmpty;
            if (read > content.Length || !content[..read].SequenceEqual(new ReadOnlySpan<byte>(buffer, read))) return false;
            content = content[read..];
        }
    }
}
