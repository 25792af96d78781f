using System.Globalization;

namespace Podkit.Cli.Commands;

/// <summary>Who listens on a port, as Linux tells it.</summary>
internal static class PortOwner
{
    public static string Explain(int port, string error) => Find(port) is { } owner
        ? $"port {port} is taken by {owner}: stop it, or choose another with --port"
        : $"port {port} cannot be used: {error}; choose another with --port";

    /// <summary>The process that listens on that TCP port, such as <c>nginx (pid 42)</c>; null when it cannot be seen.</summary>
    public static string? Find(int port)
    {
        var inodes = Inodes("/proc/net/tcp", port).Concat(Inodes("/proc/net/tcp6", port)).Select(i => $"socket:[{i}]").ToHashSet(StringComparer.Ordinal);
        if (inodes.Count == 0) return null;
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(d => char.IsAsciiDigit(Path.GetFileName(d)[0])))
        {
            try
            {
                if (Directory.EnumerateFiles($"{process}/fd").Any(fd => new FileInfo(fd).LinkTarget is { } target && inodes.Contains(target)))
                    return $"{File.ReadAllText($"{process}/comm").Trim()} (pid {Path.GetFileName(process)})";
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A process that has ended, or that belongs to someone else: it stays unnamed.
            }
        }

        return "a process that cannot be seen from here";
    }

    private static IEnumerable<string> Inodes(string table, int port)
    {
        if (!File.Exists(table)) yield break;
        var local = ":" + port.ToString("X4", CultureInfo.InvariantCulture);
        foreach (var line in File.ReadLines(table).Skip(1))
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > 9 && fields[3] == "0A" && fields[1].EndsWith(local, StringComparison.Ordinal)) yield return fields[9];
        }
    }
}
