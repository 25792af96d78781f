namespace Podkit.Node.Interop;

/// <summary>Walks trees without ever following a symbolic link.</summary>
internal static class DirectoryTree
{
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false, RecurseSubdirectories = false, ReturnSpecialDirectories = false };

    /// <summary>The names in a directory; none when it is not there.</summary>
    public static List<string> Names(string directory)
    {
        var names = new List<string>();
        try
        {
            foreach (var path in Directory.EnumerateFileSystemEntries(directory, "*", Everything)) names.Add(Path.GetFileName(path));
        }
        catch (DirectoryNotFoundException)
        {
            names.Clear();
        }

        return names;
    }

    /// <summary>Every directory and file below a directory, itself first; links are told apart and not followed.</summary>
    public static IEnumerable<(string Path, FileStatus Status)> Walk(string directory)
    {
        var pending = new Stack<string>();
        pending.Push(directory);
        while (pending.TryPop(out var path))
        {
            if (FileStatus.Find(path, follow: false) is not { } status) continue;
            yield return (path, status);
            if (!status.IsDirectory) continue;
            foreach (var name in Names(path)) pending.Push(Path.Combine(path, name));
        }
    }
}
