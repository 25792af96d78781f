namespace Podkit.Node.Runtime.Sandbox;

/// <summary>What stands at a path of this machine, links not followed.</summary>
internal enum HostEntryKind
{
    None,
    File,
    Directory,
    Link,

    /// <summary>A socket, a pipe or a device.</summary>
    Other,
}
