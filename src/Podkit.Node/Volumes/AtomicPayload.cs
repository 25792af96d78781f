namespace Podkit.Node.Volumes;

/// <summary>The files of a volume with clean, allowed paths.</summary>
internal sealed class AtomicPayload
{
    private const int LongestPath = 255;

    private readonly Dictionary<string, AtomicFile> _files = new(StringComparer.Ordinal);

    private AtomicPayload()
    {
    }

    /// <summary>The files, each path once.</summary>
    public IReadOnlyCollection<AtomicFile> Files => _files.Values;

    /// <summary>The folders they need, parents first.</summary>
    public SortedSet<string> Folders { get; } = new(StringComparer.Ordinal);

    /// <summary>The first elements of all paths.</summary>
    public HashSet<string> TopNames { get; } = new(StringComparer.Ordinal);

    /// <summary>Checks the paths and takes the files.</summary>
    /// <exception cref="ArgumentException">A path is not allowed, or one file stands where another needs a folder.</exception>
    public static AtomicPayload Create(IEnumerable<AtomicFile> files)
    {
        var payload = new AtomicPayload();
        foreach (var file in files)
        {
            var path = Clean(file.Path);
            payload._files[path] = path == file.Path ? file : file with { Path = path };
        }

        foreach (var path in payload._files.Keys) payload.AddFolders(path);
        return payload;
    }

    /// <summary>Whether a file stands at that path.</summary>
    public bool Contains(string path) => _files.ContainsKey(path);

    /// <summary>Whether the same bytes stand at the same path.</summary>
    public bool HasSame(AtomicFile file) => _files.TryGetValue(file.Path, out var other) && other.Content.Span.SequenceEqual(file.Content.Span);

    private void AddFolders(string path)
    {
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        TopNames.Add(slash < 0 ? path : path[..slash]);
        for (; slash >= 0; slash = path.IndexOf('/', slash + 1))
        {
            var folder = path[..slash];
            if (_files.ContainsKey(folder)) throw new ArgumentException($"invalid path {path}: {folder} is a file");
            Folders.Add(folder);
        }
    }

    private static string Clean(string path)
    {
        if (path.Length == 0) throw new ArgumentException("invalid path: must not be empty");
        if (path[0] == '/') throw new ArgumentException($"invalid path: must be relative path: {path}");
        if (path.Contains('\0', StringComparison.Ordinal)) throw new ArgumentException("invalid path: must not contain a NUL character");
        var elements = path.Split('/');
        if (Array.IndexOf(elements, "..") >= 0) throw new ArgumentException($"invalid path: must not contain '..': {path}");
        if (path.StartsWith("..", StringComparison.Ordinal)) throw new ArgumentException($"invalid path: must not start with '..': {path}");
        var kept = elements.Where(element => element.Length > 0 && element != ".").ToArray();
        if (kept.Length == 0) throw new ArgumentException($"invalid path: {path} is the volume itself");
        if (kept[0].StartsWith("..", StringComparison.Ordinal)) throw new ArgumentException($"invalid path: must not start with '..': {path}");
        if (kept.Any(element => element.Length > LongestPath)) throw new ArgumentException($"invalid path: must be less than or equal to {LongestPath} characters");
        return string.Join('/', kept);
    }
}
