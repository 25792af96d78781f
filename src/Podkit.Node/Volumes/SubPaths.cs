using Podkit.Node.Interop;

namespace Podkit.Node.Volumes;

/// <summary>Paths within a volume that are mounted in place of the whole.</summary>
internal static class SubPaths
{
    private const int MostLinks = 255;

    /// <summary>Finds the real path of a sub-path and makes sure that it lies in the volume, whatever links are on the way.</summary>
    /// <param name="root">The volume's directory.</param>
    /// <param name="subPath">The relative path.</param>
    /// <param name="create">Whether missing directories are made.</param>
    /// <exception cref="IOException">It leaves the volume, or cannot be made.</exception>
    public static string Resolve(string root, string subPath, bool create)
    {
        var pending = new Stack<string>(Names(subPath).Reverse());
        var resolved = new List<string>();
        var links = 0;
        while (pending.TryPop(out var name))
        {
            if (name == "..")
            {
                if (resolved.Count == 0) throw Escape(root, subPath);
                resolved.RemoveAt(resolved.Count - 1);
                continue;
            }

            var path = $"{root}/{string.Join('/', resolved.Append(name))}";
            var status = FileStatus.Find(path, follow: false);
            if (status is null && create) Posix.MakeDirectory(path, FileStatus.Find(root, follow: true)?.Permissions ?? 0x1ED);
            else if (status is null) throw new PosixException("lstat", path, Errno.NoEntry);
            if (status is not { IsSymbolicLink: true })
            {
                resolved.Add(name);
                continue;
            }

            if (++links > MostLinks) throw new PosixException("open", path, Errno.Loop);
            var text = Posix.ReadLink(path) ?? "";
            if (text.StartsWith('/')) throw Escape(root, subPath);
            foreach (var part in Names(text).Reverse()) pending.Push(part);
        }

        return resolved.Count == 0 ? root : $"{root}/{string.Join('/', resolved)}";
    }

    /// <summary>
    /// Keeps a file or directory as it is now: links to the same files under another name. A volume that is written anew then removes its
    /// own names only, and what was mounted stays.
    /// </summary>
    public static void Freeze(string source, string target)
    {
        var status = FileStatus.Find(source, follow: false) ?? throw new PosixException("lstat", source, Errno.NoEntry);
        if (!status.IsDirectory)
        {
            if (status.IsSymbolicLink) Posix.SymbolicLink(Posix.ReadLink(source) ?? "", target);
            else Posix.HardLink(source, target);
            return;
        }

        Posix.MakeDirectory(target, 0x1C0);
        foreach (var name in DirectoryTree.Names(source)) Freeze($"{source}/{name}", $"{target}/{name}");
        if (Posix.IsRoot) Posix.TryChangeOwner(target, status.Uid, status.Gid);
        Posix.ChangeMode(target, status.Permissions);
    }

    private static IEnumerable<string> Names(string path) => path.Split('/').Where(name => name.Length > 0 && name != ".");

    private static IOException Escape(string root, string subPath) => new($"subpath \"{subPath}\" not within volume path \"{root}\"");
}
