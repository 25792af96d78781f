namespace Podkit.Metadata;

/// <summary>A mounted volume that is watched.</summary>
/// <param name="Path">Its directory.</param>
/// <param name="Watching">How changes are noticed.</param>
/// <param name="Present">Whether the directory exists.</param>
/// <param name="ReadAt">When its present content was read; null when it never was.</param>
/// <param name="UnreadSince">Since when it has a version that was not read; null when the present one was.</param>
/// <param name="Problem">Why the content is older than the volume, or why it cannot be read; null when all is well.</param>
public sealed record PodVolumeStatus(string Path, VolumeWatching Watching, bool Present, DateTimeOffset? ReadAt, DateTimeOffset? UnreadSince, string? Problem)
{
    /// <summary>How long a change may wait to be read, as it is looked for; zero: it is told of at once.</summary>
    public TimeSpan ReadingDelay { get; init; }
}
