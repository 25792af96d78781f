using System.Globalization;
using Podkit.Node.Interop;

namespace Podkit.Node.Runtime.ControlGroups;

/// <summary>A container's control groups: one directory with cgroup v2, one a controller with v1.</summary>
/// <param name="directories">The directories, made and with their limits.</param>
internal sealed class ControlGroup(IReadOnlyList<string> directories) : IAsyncDisposable
{
    private const int Attempts = 200;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>The directories.</summary>
    public IReadOnlyList<string> Directories => directories;

    /// <summary>Puts a process, and whatever it starts from now on, under the limits.</summary>
    public void Add(int process)
    {
        foreach (var directory in directories) Posix.WriteExisting(directory + "/cgroup.procs", process.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Whether the kernel has killed something in it because memory ran out.</summary>
    public bool WasKilledForMemory() => directories.Any(directory => Count(directory + "/memory.events") > 0 || Count(directory + "/memory.oom_control") > 0);

    /// <summary>The processes in it.</summary>
    public IReadOnlyList<int> Processes() =>
        [.. directories.SelectMany(directory => LinesOrNone(directory + "/cgroup.procs")).Select(line => int.Parse(line, CultureInfo.InvariantCulture)).Where(id => id > 0).Distinct()];

    /// <summary>Removes the groups. The kernel lets go of one a moment after the last process in it has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var directory in directories)
        {
            for (var attempt = 0; attempt < Attempts && Libc.RemoveDirectory(directory) != 0 && Directory.Exists(directory); attempt++) await Task.Delay(Pause).ConfigureAwait(false);
        }
    }

    private static long Count(string file) =>
        LinesOrNone(file).Where(line => line.StartsWith("oom_kill ", StringComparison.Ordinal)).Sum(line => long.Parse(line.AsSpan(9), CultureInfo.InvariantCulture));

    private static string[] LinesOrNone(string file)
    {
        try
        {
            return File.Exists(file) ? File.ReadAllLines(file) : [];
        }
        catch (IOException)
        {
            return [];
        }
    }
}
