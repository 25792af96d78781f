using Podkit.Model.Core.V1;

namespace Podkit.DownwardApi;

/// <summary>
/// Who owns what in a volume that a node writes, and with which permissions, as a container sees it. Such volumes are read-only,
/// so an fsGroup adds the right to read, not to write.
/// </summary>
/// <param name="Mode">Permission bits, with set-group-id (02000) and sticky (01000).</param>
/// <param name="User">The owner; null: whoever writes it.</param>
/// <param name="Group">The group; null: that of whoever writes it.</param>
public readonly record struct VolumeOwnership(int Mode, long? User, long? Group)
{
    private const int RootMode = 0x3FF; // 01777
    private const int DirectoryMode = 0x1ED; // 0755
    private const int GroupReads = 0x120; // 0440
    private const int GroupEnters = 0x568; // 02550

    /// <summary>The volume's own directory.</summary>
    /// <param name="fsGroup">The pod's fsGroup, if any.</param>
    public static VolumeOwnership OfRoot(long? fsGroup) => OfDirectory(RootMode, fsGroup);

    /// <summary>A directory within the volume.</summary>
    /// <param name="fsGroup">The pod's fsGroup, if any.</param>
    public static VolumeOwnership OfDirectory(long? fsGroup) => OfDirectory(DirectoryMode, fsGroup);

    /// <summary>A file of the volume. Symbolic links keep what they have.</summary>
    /// <param name="file">The file.</param>
    /// <param name="fsGroup">The pod's fsGroup, if any.</param>
    public static VolumeOwnership OfFile(VolumeFile file, long? fsGroup) =>
        new(fsGroup is null ? file.Mode : file.Mode | GroupReads, file.User, fsGroup);

    /// <summary>The user as whom all containers and init containers of a pod run; null when they differ or one does not say.</summary>
    /// <param name="pod">The pod.</param>
    public static long? CommonUser(Pod pod)
    {
        long? common = null;
        foreach (var container in (pod.Spec.InitContainers ?? []).Concat(pod.Spec.Containers))
        {
            var user = container.SecurityContext?.RunAsUser ?? pod.Spec.SecurityContext?.RunAsUser;
            if (user is null || (common is not null && common != user))
                return null;
            common = user;
        }
        return common;
    }

    private static VolumeOwnership OfDirectory(int mode, long? fsGroup) => new(fsGroup is null ? mode : mode | GroupEnters, null, fsGroup);
}
