using System.Globalization;

namespace Podkit.Metadata.Tests;

/// <summary>The inotify watches that this process has, as the kernel counts them.</summary>
internal static class Inotify
{
    /// <summary>How many watches there are on a directory's inode.</summary>
    public static int WatchesOn(ulong inode)
    {
        var wanted = " ino:" + inode.ToString("x", CultureInfo.InvariantCulture) + " ";
        var count = 0;
        foreach (var file in Directory.GetFiles("/proc/self/fdinfo"))
        {
            try
            {
                count += File.ReadLines(file).Count(l => l.StartsWith("inotify ", StringComparison.Ordinal) && l.Contains(wanted, StringComparison.Ordinal));
            }
            catch (IOException)
            {
                continue; // Closed meanwhile.
            }
        }

        return count;
    }

    /// <summary>The inotify instances of this process that have no watch.</summary>
    public static int EmptyInstances()
    {
        var count = 0;
        foreach (var file in Directory.GetFiles("/proc/self/fd"))
        {
            if (new FileInfo(file).LinkTarget != "anon_inode:inotify") continue;
            try
            {
                if (!File.ReadLines("/proc/self/fdinfo/" + Path.GetFileName(file)).Any(l => l.StartsWith("inotify ", StringComparison.Ordinal))) count++;
            }
            catch (IOException)
            {
                continue; // Closed meanwhile.
            }
        }

        return count;
    }

    /// <summary>A directory's inode.</summary>
    public static ulong InodeOf(string directory)
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("stat", ["-c", "%i", directory]) { RedirectStandardOutput = true })!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return ulong.Parse(text.Trim(), CultureInfo.InvariantCulture);
    }
}
