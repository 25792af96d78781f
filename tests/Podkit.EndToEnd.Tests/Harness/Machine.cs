namespace Podkit.EndToEnd.Tests.Harness;

/// <summary>What is on the machine: to see that nothing is left behind.</summary>
internal static class Machine
{
    private static readonly string[] OfTests = ["podkit-e2e-", "podkit-volume-"];

    /// <summary>Processes whose command line or environment holds the text.</summary>
    public static List<string> Processes(string text)
    {
        var found = new List<string>();
        foreach (var directory in Directory.EnumerateDirectories("/proc").Where(d => char.IsAsciiDigit(Path.GetFileName(d)[0]) && Path.GetFileName(d) != $"{Environment.ProcessId}"))
        {
            try
            {
                var line = File.ReadAllText($"{directory}/cmdline").Replace('\0', ' ');
                if (line.Contains(text, StringComparison.Ordinal)) found.Add($"{Path.GetFileName(directory)}: {line}");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It has ended meanwhile.
            }
        }

        return found;
    }

    /// <summary>Files and folders that podkit makes in places that all programs share.</summary>
    public static List<string> Files() =>
        [.. new[] { Path.GetTempPath(), "/dev/shm", Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") ?? "/nonexistent" }.Where(Directory.Exists)
            .SelectMany(d => Directory.EnumerateFileSystemEntries(d, "podkit-*", SearchOption.TopDirectoryOnly))
            .Where(f => !OfTests.Any(Path.GetFileName(f).StartsWith))
            .SelectMany(f => Directory.Exists(f) ? [.. Directory.EnumerateFileSystemEntries(f, "*", SearchOption.AllDirectories), f] : new[] { f })
            .Order(StringComparer.Ordinal)];

    /// <summary>The mounts of this process' namespace that podkit could have made.</summary>
    public static List<string> Mounts() => [.. File.ReadLines("/proc/self/mountinfo").Where(l => l.Contains("podkit", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    /// <summary>TCP ports that are listened on.</summary>
    public static HashSet<string> Listening() =>
        [.. new[] { "/proc/net/tcp", "/proc/net/tcp6" }.SelectMany(t => File.ReadLines(t).Skip(1)).Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(f => f[3] == "0A").Select(f => f[1])];
}
