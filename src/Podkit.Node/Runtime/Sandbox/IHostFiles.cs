namespace Podkit.Node.Runtime.Sandbox;

/// <summary>What the mount planner asks about this machine's file system.</summary>
internal interface IHostFiles
{
    /// <summary>What stands at a path; a link is not followed.</summary>
    HostEntryKind Kind(string path);

    /// <summary>Where a link points.</summary>
    string ReadLink(string path);

    /// <summary>The names in a directory.</summary>
    IReadOnlyList<string> Names(string directory);
}
