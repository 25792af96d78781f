using Podkit.Node.Interop;
using Podkit.Node.Runtime.Plain;

namespace Podkit.Node.Runtime;

/// <summary>Kills a command with everything that it has started and that has not made a session of its own since.</summary>
internal static class ProcessTree
{
    private const int MostRounds = 200;

    /// <summary>
    /// Kills the command and waits until it is gone. A shell with a terminal gives every job a process group of its own, but they all stay in its session. Parents go
    /// before their children: a shell whose job alone is killed goes on with the next line.
    /// </summary>
    public static async Task KillAsync(ChildProcess child)
    {
        var sessions = new HashSet<int> { child.Pid };
        var found = Find(child.Pid, sessions);
        await child.KillGroupAsync().ConfigureAwait(false);
        for (var round = 0; round < MostRounds && found.Count > 0; round++)
        {
            var handles = found.ConvertAll(ProcessFile.Open);

            // Looked at once more with the handles open: an id that another process has got meanwhile is not among them.
            var still = Find(child.Pid, sessions).ToHashSet();
            foreach (var handle in handles)
            {
                if (still.Contains(handle.Pid)) handle.Signal(Signals.Kill);
                handle.Dispose();
            }

            await Task.Delay(1).ConfigureAwait(false);
            found = Find(child.Pid, sessions);
        }
    }

    /// <summary>The descendants of a process, parents first, and all of the sessions that they are in; these are remembered.</summary>
    private static List<int> Find(int root, HashSet<int> sessions)
    {
        var all = ProcessTable.All().ToList();
        var depths = new Dictionary<int, int> { [root] = 0 };
        for (var before = -1; before != depths.Count;)
        {
            before = depths.Count;
            foreach (var process in all.Where(process => !depths.ContainsKey(process.Id) && depths.ContainsKey(process.Parent))) depths[process.Id] = depths[process.Parent] + 1;
        }

        sessions.UnionWith(all.Where(process => depths.ContainsKey(process.Id) && process.Id != root).Select(process => process.Session));
        return [.. all.Where(process => process.Id != root && (depths.ContainsKey(process.Id) || sessions.Contains(process.Session))).OrderBy(process => depths.GetValueOrDefault(process.Id)).Select(process => process.Id)];
    }
}
