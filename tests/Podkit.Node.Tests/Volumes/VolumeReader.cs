namespace Podkit.Node.Tests.Volumes;

/// <summary>Reads a volume as an application should: the link once, then everything below its target.</summary>
internal static class VolumeReader
{
    /// <summary>All files of one snapshot by path; null while nothing is published.</summary>
    public static Dictionary<string, string>? Snapshot(string directory)
    {
        while (true)
        {
            if (Interop.Posix.ReadLink(Path.Combine(directory, "..data")) is not { } target) return null;
            try
            {
                var root = Path.Combine(directory, target);
                var files = Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).ToDictionary(path => Path.GetRelativePath(root, path), File.ReadAllText);
                if (Interop.Posix.ReadLink(Path.Combine(directory, "..data")) == target) return files;
            }
            catch (IOException)
            {
                // The directory has been replaced under the reader: it reads again.
            }
        }
    }

    /// <summary>Everything in the volume's directory itself, links with their target.</summary>
    public static SortedDictionary<string, string?> Top(string directory)
    {
        var top = new SortedDictionary<string, string?>(StringComparer.Ordinal);
        foreach (var name in Interop.DirectoryTree.Names(directory)) top[name] = Interop.Posix.ReadLink(Path.Combine(directory, name));
        return top;
    }

    /// <summary>Fails unless the volume is exactly what a write of these files leaves.</summary>
    public static void ShouldHoldExactly(string directory, IEnumerable<Podkit.Node.Volumes.AtomicFile> files)
    {
        var expected = files.ToDictionary(file => file.Path, file => System.Text.Encoding.UTF8.GetString(file.Content.Span));
        Snapshot(directory).ShouldBe(expected, ignoreOrder: true);
        var top = Top(directory);
        var data = top["..data"].ShouldNotBeNull();
        data.ShouldMatch(@"^\.\.\d{4}_\d\d_\d\d_\d\d_\d\d_\d\d\.\d+$");
        var names = expected.Keys.Select(path => path.Split('/')[0]).Distinct().ToList();
        top.Keys.ShouldBe(names.Append("..data").Append(data), ignoreOrder: true);
        foreach (var name in names) top[name].ShouldBe("..data/" + name);
    }
}
