namespace Podkit.Metadata;

/// <summary>How the changes of a volume are noticed.</summary>
public enum VolumeWatching
{
    /// <summary>It is not watched.</summary>
    None,

    /// <summary>The kernel tells of the swap of <c>..data</c>.</summary>
    Inotify,

    /// <summary><c>..data</c> is looked at again and again.</summary>
    Poll,
}
