using System.Runtime.InteropServices;

namespace Podkit.Node.Interop;

/// <summary>What a file is.</summary>
/// <param name="Mode">Type and permissions.</param>
/// <param name="Uid">The owner.</param>
/// <param name="Gid">The group.</param>
/// <param name="Size">The length in bytes.</param>
/// <param name="Device">The file system it is on.</param>
/// <param name="Inode">Its number there.</param>
internal readonly record struct FileStatus(uint Mode, uint Uid, uint Gid, long Size, ulong Device, ulong Inode)
{
    private const uint TypeMask = 0xF000;

    /// <summary>The permission bits with set-user-id, set-group-id and sticky.</summary>
    public uint Permissions => Mode & 0xFFF;

    public bool IsDirectory => (Mode & TypeMask) == 0x4000;

    public bool IsFile => (Mode & TypeMask) == 0x8000;

    public bool IsSymbolicLink => (Mode & TypeMask) == 0xA000;

    public bool IsSocket => (Mode & TypeMask) == 0xC000;

    public bool IsCharacterDevice => (Mode & TypeMask) == 0x2000;

    public bool IsBlockDevice => (Mode & TypeMask) == 0x6000;

    /// <summary>The status of a path, or null when nothing is there (or a part of the path is no directory).</summary>
    /// <param name="path">The path.</param>
    /// <param name="follow">Whether a symbolic link at its end is followed.</param>
    public static unsafe FileStatus? Find(string path, bool follow)
    {
        const int currentDirectory = -100;
        const int noFollow = 0x100;
        const uint basicStats = 0x7FF;
        Raw raw;
        if (Libc.Stat(currentDirectory, path, follow ? 0 : noFollow, basicStats, &raw) == 0) return From(raw);
        var errno = Marshal.GetLastPInvokeError();
        if (errno is Errno.NoEntry or Errno.NotDirectory) return null;
        throw new PosixException("stat", path, errno);
    }

    private static FileStatus From(in Raw raw) =>
        new(raw.Mode, raw.Uid, raw.Gid, (long)raw.Size, ((ulong)raw.DeviceMajor << 32) | raw.DeviceMinor, raw.Inode);

    /// <summary>struct statx, laid out the same everywhere.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    internal struct Raw
    {
        [FieldOffset(20)]
        public uint Uid;

        [FieldOffset(24)]
        public uint Gid;

        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(40)]
        public ulong Size;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;
    }
}
