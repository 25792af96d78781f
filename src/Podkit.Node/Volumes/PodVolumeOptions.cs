namespace Podkit.Node;

/// <summary>Where and how volumes are kept.</summary>
public sealed record PodVolumeOptions
{
    /// <summary>
    /// The directory under which each node makes its own. Null (the default) is <c>podkit-UID</c> below <c>XDG_RUNTIME_DIR</c> or <c>/dev/shm</c>,
    /// memory both, so that no token and no secret reaches a disk; where there is neither, below the temporary directory.
    /// </summary>
    public string? BaseDirectory { get; init; }

    /// <summary>The directory for emptyDir volumes on disk. Null (the default) is <c>podkit-UID</c> below the temporary directory.</summary>
    public string? DiskDirectory { get; init; }
}
