namespace Podkit.Metadata.Watching;

/// <summary>How reading a volume has ended.</summary>
internal enum VolumeRead
{
    /// <summary>There is a content.</summary>
    Read,

    /// <summary>It is the one that was read before.</summary>
    Unchanged,

    /// <summary>The directory does not exist.</summary>
    Missing,

    /// <summary>The volume was swapped again and again while it was read: try later.</summary>
    Moving,
}
