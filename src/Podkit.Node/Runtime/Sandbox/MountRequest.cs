namespace Podkit.Node.Runtime.Sandbox;

/// <summary>What a container wants to see.</summary>
/// <param name="Mounts">Its volumes and the files that every container has.</param>
/// <param name="Folders">Directories that must exist, such as its working directory.</param>
/// <param name="Programs">Paths of this machine below /tmp and the like that its command names: they appear at their own place, read-only.</param>
/// <param name="ReadOnlyRoot">Whether it may write nothing but volumes.</param>
internal sealed record MountRequest(IReadOnlyList<MountRequest.Item> Mounts, IReadOnlyList<string> Folders, IReadOnlyList<string> Programs, bool ReadOnlyRoot)
{
    /// <summary>One mount.</summary>
    internal sealed record Item(string Source, string Target, bool ReadOnly, bool IsDirectory, bool IsDevice = false);
}
