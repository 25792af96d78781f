using System.Globalization;
using Podkit.Node.Interop;

namespace Podkit.Node.Runtime.Sandbox;

/// <summary>
/// Copies of directories of this machine, each with the mount points that some containers need. The first copy reads the original; those for
/// other mount points share its files. Containers see them read-only.
/// </summary>
/// <param name="directory">Where the copies are kept.</param>
internal sealed class DirectoryCopies(string directory)
{
    private const int LargestFile = 4 << 20;
    private const int MostEntries = 20_000;
    private const uint Ordinary = 0x1ED; // 0755
    private const uint Nobodys = 0x80; // 0200

    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _made = new(StringComparer.Ordinal);
    private int _entries;

    /// <summary>Makes the copy that all later ones share.</summary>
    public void Prepare(string original)
    {
        lock (_gate) Base(original);
    }

    /// <summary>The copy of a directory with these mount points.</summary>
    public string Get(MountStep.Copy copy)
    {
        var key = copy.Target + "\0" + string.Join('\0', copy.Points.Select(point => point.Path + (point.IsDirectory ? "/" : "")));
        lock (_gate)
        {
            if (_made.TryGetValue(key, out var made)) return made;
            var source = Base(copy.Target);
            var target = NewPath();
            LinkTree(source, target);
            foreach (var point in copy.Points) AddPoint(target, point);
            return _made[key] = target;
        }
    }

    private string Base(string original)
    {
        if (_made.TryGetValue(original, out var made)) return made;
        var target = NewPath();
        _entries = 0;
        CopyTree(original, target);
        return _made[original] = target;
    }

    private string NewPath()
    {
        Posix.TryMakeDirectory(directory, Ordinary);
        return Path.Combine(directory, _made.Count.ToString(CultureInfo.InvariantCulture));
    }

    private void CopyTree(string source, string target)
    {
        var status = FileStatus.Find(source, follow: false)!.Value;
        Posix.MakeDirectory(target, Ordinary);
        foreach (var name in ReadableNames(source)) CopyEntry(Path.Combine(source, name), Path.Combine(target, name));
        CopyOwner(target, status);
        Posix.ChangeMode(target, status.Permissions | Nobodys);
    }

    private void CopyEntry(string source, string target)
    {
        if (++_entries > MostEntries || FileStatus.Find(source, follow: false) is not { } status) return;
        if (status.IsDirectory) CopyTree(source, target);
        else if (status.IsSymbolicLink) Posix.SymbolicLink(Posix.ReadLink(source) ?? "", target);
        else if (status.IsFile) CopyFile(source, target, status);
    }

    /// <summary>Copies a file. What this user may not read no container of this user's could read either: it stays empty.</summary>
    private static void CopyFile(string source, string target, FileStatus status)
    {
        byte[] content = [];
        try
        {
            if (status.Size <= LargestFile) content = File.ReadAllBytes(source);
        }
        catch (UnauthorizedAccessException)
        {
            status = status with { Mode = 0 };
        }
        catch (FileNotFoundException)
        {
            return;
        }

        Posix.WriteNewFile(target, content, status.Permissions);
        CopyOwner(target, status);
        Posix.ChangeMode(target, status.Permissions);
    }

    private static void CopyOwner(string target, FileStatus status)
    {
        if (Posix.IsRoot) Posix.TryChangeOwner(target, status.Uid, status.Gid);
    }

    private static List<string> ReadableNames(string directory)
    {
        try
        {
            return DirectoryTree.Names(directory);
        }
        catch (UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static void LinkTree(string source, string target)
    {
        var status = FileStatus.Find(source, follow: false)!.Value;
        Posix.MakeDirectory(target, Ordinary);
        foreach (var name in ReadableNames(source))
        {
            var (from, to) = (Path.Combine(source, name), Path.Combine(target, name));
            if (FileStatus.Find(from, follow: false) is { IsDirectory: true }) LinkTree(from, to);
            else Posix.HardLink(from, to);
        }

        CopyOwner(target, status);
        Posix.ChangeMode(target, status.Permissions);
    }

    private static void AddPoint(string root, MountStep.MountPoint point)
    {
        var folder = root;
        var names = point.Path.Split('/');
        foreach (var name in names[..^1])
        {
            folder = Path.Combine(folder, name);
            Posix.TryMakeDirectory(folder, Ordinary);
        }

        var path = Path.Combine(folder, names[^1]);
        if (FileStatus.Find(path, follow: false) is not null) return;
        if (point.IsDirectory) Posix.MakeDirectory(path, Ordinary);
        else Posix.WriteNewFile(path, [], 0x1A4);
    }
}
