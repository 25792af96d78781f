using Podkit.Node.Interop;

namespace Podkit.Node.Volumes;

/// <summary>What a pod's fsGroup asks of its volumes.</summary>
/// <param name="group">The fsGroup, or null.</param>
/// <param name="readOnly">Whether the volume is only read: configMap, secret, downwardAPI, projected.</param>
internal sealed class GroupOwnership(uint? group, bool readOnly)
{
    private const uint SetGroupId = 0x400;
    private const uint GroupRead = 0x120; // 0440
    private const uint GroupWrite = 0x1B0; // 0660
    private const uint GroupExecute = 0x48; // 0110

    /// <summary>Nothing is asked.</summary>
    public static GroupOwnership None { get; } = new(null, true);

    /// <summary>The group, or null.</summary>
    public uint? Group => group;

    /// <summary>Whether a group could not be given because this user may not: files keep the user's own group.</summary>
    public bool Denied { get; private set; }

    /// <summary>The permissions of a file with these.</summary>
    public uint FileMode(uint mode) => group is null ? mode : mode | Access;

    /// <summary>The permissions of a directory with these.</summary>
    public uint DirectoryMode(uint mode) => group is null ? mode : mode | Access | GroupExecute | SetGroupId;

    private uint Access => readOnly ? GroupRead : GroupWrite;

    /// <summary>Gives a directory and everything in it to the group; links are left alone.</summary>
    public void Apply(string directory)
    {
        if (group is null) return;
        foreach (var (path, status) in DirectoryTree.Walk(directory))
        {
            if (status.IsDirectory) ApplyTo(path, DirectoryMode(status.Permissions));
            else if (status.IsFile) ApplyTo(path, FileMode(status.Permissions));
        }
    }

    /// <summary>Gives one file or directory to the group, with these permissions.</summary>
    public void ApplyTo(string path, uint mode)
    {
        if (!Posix.TryChangeOwner(path, null, group)) Denied = true;
        Posix.ChangeMode(path, mode);
    }
}
