using System.Globalization;

namespace Podkit.Ambassador.Listening;

/// <summary>Finds out which process listens on a TCP port of this machine, as far as the system tells.</summary>
internal static class PortOwner
{
    private const string ListenState = "0A";

    /// <summary>Such as <c>nginx (process 123)</c>; null when it cannot be told.</summary>
    public static string? Find(int port)
    {
        try
        {
            var inodes = new[] { "/proc/net/tcp", "/proc/net/tcp6" }.Where(File.Exists).SelectMany(f => Inodes(f, port)).ToHashSet(StringComparer.Ordinal);
            return inodes.Count == 0 ? null : Directory.EnumerateDirectories("/proc").Where(d => int.TryParse(Path.GetFileName(d), out _)).Select(d => Owner(d, inodes)).FirstOrDefault(o => o is not null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static IEnumerable<string> Inodes(string table, int port)
    {
        var suffix = ":" + port.ToString("X4", CultureInfo.InvariantCulture);
        foreach (var line in File.ReadLines(table).Skip(1))
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > 9 && fields[1].EndsWith(suffix, StringComparison.Ordinal) && fields[3] == ListenState) yield return $"socket:[{fields[9]}]";
        }
    }

    private static string? Owner(string process, HashSet<string> inodes)
    {
        try
        {
            foreach (var link in Directory.EnumerateFileSystemEntries(Path.Combine(process, "fd")))
            {
                if (File.ResolveLinkTarget(link, false) is { } target && inodes.Contains(target.Name)) return $"{File.ReadAllText(Path.Combine(process, "comm")).Trim()} (process {Path.GetFileName(process)})";
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another user's process, or one that has just ended.
        }

        return null;
    }
}
