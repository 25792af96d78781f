using System.Globalization;
using Podkit.Node.Interop;

namespace Podkit.Node.Runtime.Sandbox;

/// <summary>Finds the process of a sandbox that executes the container's command: the one that is 2 there.</summary>
internal static class MainProcess
{
    private const string InnerId = "2";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    /// <summary>A handle of the process, or null when it has ended before it could be found.</summary>
    /// <param name="first">The sandbox's first process, as this machine numbers it.</param>
    /// <param name="exit">Completes when the sandbox is gone.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public static async Task<ProcessFile?> FindAsync(int first, Task exit, CancellationToken cancellationToken)
    {
        // bubblewrap forks right after it has let go of the mounts; there is nothing to wait on for that.
        while (!exit.IsCompleted)
        {
            foreach (var child in Children(first))
            {
                if (!IsMain(child)) continue;
                var handle = ProcessFile.Open(child);
                if (IsMain(child)) return handle;
                handle.Dispose();
            }

            await Task.WhenAny(exit, Task.Delay(Pause, cancellationToken)).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }

        return null;
    }

    private static IEnumerable<int> Children(int process)
    {
        var text = ReadOrEmpty(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/task/{process}/children"));
        return text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => int.Parse(id, CultureInfo.InvariantCulture));
    }

    private static bool IsMain(int process)
    {
        var status = ReadOrEmpty(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/status"));
        var line = status.Split('\n').FirstOrDefault(line => line.StartsWith("NSpid:", StringComparison.Ordinal));
        return line is not null && line[(line.LastIndexOf('\t') + 1)..] == InnerId;
    }

    private static string ReadOrEmpty(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return "";
        }
    }
}
