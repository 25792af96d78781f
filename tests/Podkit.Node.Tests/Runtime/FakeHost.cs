using Podkit.Node.Runtime.Sandbox;

namespace Podkit.Node.Tests.Runtime;

/// <summary>A file system in memory: "/etc/" is a directory, "/etc/hosts" a file, "/var/run -> /run" a link.</summary>
internal sealed class FakeHost : IHostFiles
{
    private readonly SortedDictionary<string, string?> _entries = new(StringComparer.Ordinal) { ["/"] = null };
    private readonly HashSet<string> _directories = ["/"];

    public FakeHost(params string[] entries)
    {
        foreach (var entry in entries)
        {
            var parts = entry.Split(" -> ");
            var path = parts[0].TrimEnd('/');
            if (parts[0].EndsWith('/')) _directories.Add(path);
            _entries[path] = parts.Length > 1 ? parts[1] : null;
            for (var parent = Path.GetDirectoryName(path)!; parent.Length > 1; parent = Path.GetDirectoryName(parent)!)
            {
                _entries.TryAdd(parent, null);
                _directories.Add(parent);
            }
        }
    }

    public HostEntryKind Kind(string path)
    {
        if (!_entries.TryGetValue(path, out var link)) return HostEntryKind.None;
        return link is not null ? HostEntryKind.Link : _directories.Contains(path) ? HostEntryKind.Directory : HostEntryKind.File;
    }

    public string ReadLink(string path) => _entries[path]!;

    public IReadOnlyList<string> Names(string directory)
    {
        var prefix = directory == "/" ? "/" : directory + "/";
        return [.. _entries.Keys.Where(path => path.Length > prefix.Length && path.StartsWith(prefix, StringComparison.Ordinal) && !path[prefix.Length..].Contains('/')).Select(path => path[prefix.Length..])];
    }
}
