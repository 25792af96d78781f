namespace Podkit.Node.Runtime.Sandbox;

/// <summary>A step in building a container's view of the file system.</summary>
internal abstract record MountStep
{
    private MountStep()
    {
    }

    /// <summary>A directory or file of this machine appears at a path, with everything mounted below it.</summary>
    internal sealed record Bind(string Source, string Target, bool ReadOnly, bool Device = false) : MountStep;

    /// <summary>An empty directory in memory.</summary>
    internal sealed record Memory(string Target, uint Mode) : MountStep;

    /// <summary>A directory that everybody may enter.</summary>
    internal sealed record Folder(string Target) : MountStep;

    /// <summary>A symbolic link.</summary>
    internal sealed record Link(string Text, string Target) : MountStep;

    /// <summary>A view of the container's own processes.</summary>
    internal sealed record Processes(string Target) : MountStep;

    /// <summary>What was made at a path becomes read-only; what is mounted below it stays as it is.</summary>
    internal sealed record Freeze(string Target) : MountStep;

    /// <summary>A copy of a directory of this machine with further, empty directories and files to mount on.</summary>
    internal sealed record Copy(string Target, IReadOnlyList<MountPoint> Points) : MountStep;

    /// <summary>What a <see cref="Copy"/> has beyond its original; the path is relative to it.</summary>
    internal sealed record MountPoint(string Path, bool IsDirectory);
}
