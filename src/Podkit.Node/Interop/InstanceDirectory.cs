using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Podkit.Node.Interop;

/// <summary>
/// A directory of this process alone, below one of this user's. It is locked as long as it is used; whoever makes the next one removes those
/// that nobody holds any more, such as those of a process that was killed.
/// </summary>
internal sealed class InstanceDirectory : IDisposable
{
    private const uint Private = 0x1C0; // 0700
    private const uint Others = 0x36; // 0066: to enter what one knows by name is sometimes allowed
    private const string LockName = "lock";
    private const int Attempts = 16;

    private static readonly ConcurrentDictionary<string, bool> Live = new(StringComparer.Ordinal);

    private readonly string _parent;
    private readonly SafeFileHandle _lock;

    private InstanceDirectory(string parent, string path, SafeFileHandle held)
    {
        (_parent, Path, _lock) = (parent, path, held);
        Live[path] = true;
    }

    /// <summary>Those that this process has at the moment.</summary>
    public static IEnumerable<string> All => Live.Keys;


    /// <summary>The directory.</summary>
    public string Path { get; }

    /// <summary>The directory in memory that every process of this user shares, or one on disk where there is none in memory.</summary>
    public static string DefaultParent => System.IO.Path.Combine(MemoryDirectory() ?? System.IO.Path.GetTempPath(), Name);

    /// <summary>The directory on disk that every process of this user shares.</summary>
    public static string DiskParent => System.IO.Path.Combine(System.IO.Path.GetTempPath(), Name);

    private static string Name => $"podkit-{Posix.UserId}";

    /// <summary>Makes a directory and removes the left-over ones.</summary>
    /// <param name="parent">This user's directory; made if need be.</param>
    /// <param name="kind">What the new directory's name begins with.</param>
    /// <exception cref="IOException">There is no room, or other users have taken every name.</exception>
    public static InstanceDirectory Create(string parent, string kind)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var own = MakeParent(parent);
                RemoveAbandoned(own);
                return CreateIn(own, $"{kind}-{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..8]}");
            }
            catch (PosixException gone) when (gone.Errno == Errno.NoEntry && attempt < Attempts)
            {
                // Another process has just removed the empty parent: once more.
            }
        }
    }

    public void Dispose()
    {
        TreeRemoval.Remove(Path);
        Live.TryRemove(Path, out _);
        _lock.Dispose();
        _ = Libc.RemoveDirectory(_parent);
    }

    private static string? MemoryDirectory()
    {
        string?[] candidates = [Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR"), "/dev/shm"];
        return candidates.FirstOrDefault(path => path is { Length: > 0 } && path[0] == '/' && Directory.Exists(path) && Libc.Access(path, 2) == 0 && MayExecute(path));
    }

    /// <summary>Volumes may hold programs: a file system that refuses to execute any (/dev/shm in some containers) is not for them.</summary>
    private static bool MayExecute(string directory)
    {
        var mounts = File.ReadLines("/proc/self/mounts").Select(line => line.Split(' ')).Where(fields => fields.Length > 3);
        var mount = mounts.Where(fields => directory == fields[1] || directory.StartsWith(fields[1].TrimEnd('/') + "/", StringComparison.Ordinal)).MaxBy(fields => fields[1].Length);
        return mount is null || !mount[3].Split(',').Contains("noexec");
    }

    private static InstanceDirectory CreateIn(string parent, string name)
    {
        // Locked before it has the name by which others find it.
        var hidden = System.IO.Path.Combine(parent, ".new-" + name);
        Posix.MakeDirectory(hidden, Private);
        var held = TryLock(hidden, create: true) ?? throw new IOException($"{hidden} cannot be locked");
        var path = System.IO.Path.Combine(parent, name);
        Posix.Rename(hidden, path);
        return new InstanceDirectory(parent, path, held);
    }

    /// <summary>
    /// Makes the parent, or finds it. Where somebody else has taken its name (whoever it is: such directories stand where everyone may write,
    /// and root of a user namespace has root's number) one beside it serves as well.
    /// </summary>
    private static string MakeParent(string parent)
    {
        if (System.IO.Path.GetDirectoryName(parent) is { } above) Directory.CreateDirectory(above);
        for (var number = 0; number < Attempts; number++)
        {
            var path = number == 0 ? parent : string.Create(CultureInfo.InvariantCulture, $"{parent}-{number}");
            Posix.TryMakeDirectory(path, Private);
            var status = FileStatus.Find(path, follow: false) ?? throw new PosixException("stat", path, Errno.NoEntry);
            if (!status.IsDirectory || status.Uid != Posix.UserId) continue;
            if ((status.Permissions & Others) != 0) Posix.ChangeMode(path, status.Permissions & ~Others);
            return path;
        }

        throw new IOException($"{parent} is not a directory of this user's: remove it, or name another directory");
    }

    private static void RemoveAbandoned(string parent)
    {
        foreach (var name in DirectoryTree.Names(parent))
        {
            var path = System.IO.Path.Combine(parent, name);
            var recent = name.StartsWith(".new-", StringComparison.Ordinal) && Directory.GetCreationTimeUtc(path) > DateTime.UtcNow.AddMinutes(-1);
            if (recent || TryLock(path, create: false) is not { } held) continue;
            using (held) TryRemove(path);
        }
    }

    private static void TryRemove(string path)
    {
        try
        {
            TreeRemoval.Remove(path);
        }
        catch (PosixException denied) when (denied.IsDenied || denied.Errno is Errno.Busy or Errno.NotEmpty)
        {
            // It stays until it can be removed; nothing here depends on it.
        }
    }

    /// <summary>Takes the lock of a directory, or gives null when somebody holds it or there is none.</summary>
    private static SafeFileHandle? TryLock(string directory, bool create)
    {
        const int readWrite = 2;
        const int createFlag = 0x40;
        const int closeOnExec = 0x80000;
        const int exclusiveWithoutWaiting = 2 | 4;
        var fd = Libc.Open(System.IO.Path.Combine(directory, LockName), readWrite | closeOnExec | (create ? createFlag : 0), 0x180);
        if (fd < 0) return null;
        var handle = new SafeFileHandle(fd, ownsHandle: true);
        if (Libc.Lock(fd, exclusiveWithoutWaiting) == 0) return handle;
        _ = Marshal.GetLastPInvokeError();
        handle.Dispose();
        return null;
    }
}
