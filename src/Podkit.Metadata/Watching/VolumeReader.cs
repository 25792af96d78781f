using Microsoft.Win32.SafeHandles;
using Podkit.Metadata.Interop;

namespace Podkit.Metadata.Watching;

/// <summary>
/// Reads all files of a volume as they are together: the directory that <c>..data</c> names, unless the link has moved in the meantime; then
/// again. So it is when something has come or gone in that directory meanwhile, as when the volume is removed. A directory without
/// <c>..data</c> is read as it is.
/// </summary>
internal sealed class VolumeReader(string directory)
{
    /// <summary>Larger files are not read. A ConfigMap or Secret has at most 1 MiB.</summary>
    public const int LargestFile = 4 * 1024 * 1024;

    private const int MostBytes = 64 * 1024 * 1024;
    private const int MostFiles = 10_000;
    private const int Deepest = 16;
    private const int Attempts = 32;
    private const int NonBlockingReadOnly = 0x80800; // O_NONBLOCK | O_CLOEXEC

    public DataLink Link { get; } = new(directory);

    /// <summary>Called between reading and the check that nothing has moved; for tests.</summary>
    public Action? BeforeCheck { get; init; }

    /// <summary>Reads.</summary>
    /// <param name="known">The content that is known already.</param>
    /// <param name="content">The content.</param>
    /// <param name="force">Whether to read what seems to be known.</param>
    public VolumeRead Read(VolumeContent? known, out VolumeContent? content, bool force = false)
    {
        content = known;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var target = Link.Read();
            if (target is null) return ReadPlain(known, ref content);
            if (!force && known is not null && known.Target == target) return VolumeRead.Unchanged;
            var folders = new List<FolderState>();
            var read = TryReadTree(Path.Combine(directory, target), target, folders);
            BeforeCheck?.Invoke();
            if (!Link.Is(target)) continue;
            if (read is null) return VolumeRead.Missing; // The link names nothing.
            if (!folders.TrueForAll(f => f.IsStill)) continue;
            // The files of a version stay until the version goes: what has fewer is going.
            if (known?.Target == target && HasLess(read, known)) return VolumeRead.Unchanged;
            content = read;
            return VolumeRead.Read;
        }

        return VolumeRead.Moving;
    }

    private VolumeRead ReadPlain(VolumeContent? known, ref VolumeContent? content)
    {
        // A volume that had its link, or has versions without one, is being made or removed.
        if (known?.Target is not null || !Link.DirectoryExists || HasVersions()) return VolumeRead.Missing;
        if (TryReadTree(directory, null, []) is not { } read) return VolumeRead.Missing;
        if (known is { Target: null } && IsSame(known, read)) return VolumeRead.Unchanged;
        content = read;
        return VolumeRead.Read;
    }

    private bool HasVersions()
    {
        try
        {
            return Directory.EnumerateFileSystemEntries(directory, "..?*").Any();
        }
        catch (DirectoryNotFoundException)
        {
            return true;
        }
    }

    private static bool HasLess(VolumeContent read, VolumeContent known) =>
        known.Files.Keys.Any(path => !read.Files.ContainsKey(path) && !read.Skipped.Any(s => s.Path == path));

    private static bool IsSame(VolumeContent one, VolumeContent other)
    {
        if (one.Files.Count != other.Files.Count || !one.Skipped.SequenceEqual(other.Skipped)) return false;
        foreach (var (path, bytes) in one.Files)
        {
            if (!other.Files.TryGetValue(path, out var theirs) || !bytes.AsSpan().SequenceEqual(theirs)) return false;
        }

        return true;
    }

    private static VolumeContent? TryReadTree(string root, string? target, List<FolderState> folders)
    {
        var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        var skipped = new List<SkippedFile>();
        try
        {
            ReadFolder(root, "", files, skipped, new Room(MostBytes, MostFiles, folders), 0);
            return new VolumeContent(target, files, skipped);
        }
        catch (DirectoryNotFoundException)
        {
            return null;
        }
    }

    private static void ReadFolder(string root, string prefix, SortedDictionary<string, byte[]> files, List<SkippedFile> skipped, Room room, int depth)
    {
        var folder = new DirectoryInfo(Path.Combine(root, prefix));
        var changed = folder.LastWriteTimeUtc;
        var entries = folder.GetFileSystemInfos();
        room.Folders.Add(new FolderState(folder.FullName, changed, entries.Length));
        foreach (var entry in entries)
        {
            var path = prefix + entry.Name;
            if (depth == 0 && entry.Name.StartsWith("..", StringComparison.Ordinal)) continue;
            if (!entry.Attributes.HasFlag(FileAttributes.Directory))
            {
                ReadFile(entry.FullName, path, files, skipped, room);
            }
            else if (depth < Deepest && entry.LinkTarget is null)
            {
                ReadFolder(root, path + "/", files, skipped, room, depth + 1);
            }
            else if (IsOfVolume(entry))
            {
                ReadFolder(root, path + "/", files, skipped, room, depth + 1);
            }
            else
            {
                skipped.Add(new(path, "is not followed", IsFile: false));
            }
        }
    }

    /// <summary>A link to a folder of a volume, as stands at a volume's top; seen while the volume is made or removed.</summary>
    private static bool IsOfVolume(FileSystemInfo entry) => entry.LinkTarget?.StartsWith(DataLink.Name + "/", StringComparison.Ordinal) == true;

    private static void ReadFile(string file, string path, SortedDictionary<string, byte[]> files, List<SkippedFile> skipped, Room room)
    {
        try
        {
            using var handle = Open(file);
            if (room.Files-- <= 0) skipped.Add(new(path, $"the volume has more than {MostFiles} files"));
            else if (ReadAll(handle, Math.Min(LargestFile, room.Bytes)) is { } bytes) Take(bytes);
            else skipped.Add(new(path, $"is larger than is read: {LargestFile} bytes, {MostBytes} with the others"));
        }
        catch (UnauthorizedAccessException)
        {
            skipped.Add(new(path, "may not be read by this user; check the volume's defaultMode and the pod's fsGroup"));
        }
        catch (FileNotFoundException)
        {
            // The volume was swapped, which is noticed afterwards; or it is a link to nothing.
            skipped.Add(new(path, "is a link to nothing"));
        }
        catch (IOException e) when (e is not DirectoryNotFoundException)
        {
            skipped.Add(new(path, $"cannot be read: {e.Message}"));
        }

        void Take(byte[] bytes)
        {
            room.Bytes -= bytes.Length;
            files[path] = bytes;
        }
    }

    /// <summary>Opens a file without waiting, should it be a pipe that nobody writes.</summary>
    private static SafeFileHandle Open(string file)
    {
        if (!OperatingSystem.IsLinux()) return File.OpenHandle(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var handle = Libc.Open(file, NonBlockingReadOnly);
        if (handle >= 0) return new SafeFileHandle(handle, ownsHandle: true);
        // Its exception says what this call's error means.
        return File.OpenHandle(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
    }

    private static byte[]? ReadAll(SafeFileHandle handle, int limit)
    {
        using var stream = new FileStream(handle, FileAccess.Read, bufferSize: 0);
        var buffer = new byte[4096];
        var length = 0;
        while (stream.Read(buffer, length, buffer.Length - length) is var read && read > 0)
        {
            length += read;
            if (length > limit) return null;
            if (length == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
        }

        return buffer[..length];
    }

    /// <summary>What may still be read, and the folders that were.</summary>
    private sealed class Room(int bytes, int files, List<FolderState> folders)
    {
        public int Bytes { get; set; } = bytes;

        public int Files { get; set; } = files;

        public List<FolderState> Folders { get; } = folders;
    }
}
