namespace Podkit.Node.Runtime.ControlGroups;

/// <summary>A container's control groups: one directory with cgroup v2, one a controller with v1.</summary>
internal abstract class ControlGroup : IAsyncDisposable
{
    /// <summary>Puts a process, and whatever it starts from now on, under the limits.</summary>
    public abstract void Add(int process);

    /// <summary>Whether the kernel has killed something in it because memory ran out.</summary>
    public abstract bool WasKilledForMemory();

    /// <summary>The processes in it.</summary>
    public abstract IReadOnlyList<int> Processes();

    /// <summary>Removes the groups; everything in them has ended.</summary>
    public abstract ValueTask DisposeAsync();
}
