namespace Podkit.Metadata.Watching;

/// <summary>How a volume is watched.</summary>
/// <param name="Events">What tells of events; null: nothing does.</param>
/// <param name="PollInterval">How often to look where nothing tells of events.</param>
/// <param name="TimeProvider">The clock.</param>
internal sealed record VolumeWatchOptions(IDirectoryEvents? Events, TimeSpan PollInterval, TimeProvider TimeProvider)
{
    /// <summary>How often to look where something does tell of events: for file systems that keep still in ways that nobody knows.</summary>
    public TimeSpan SafetyInterval => PollInterval > TimeSpan.FromMinutes(1) ? PollInterval : TimeSpan.FromMinutes(1);

    public static VolumeWatchOptions From(bool useInotify, IDirectoryEvents? events, TimeSpan pollInterval, TimeProvider time) =>
        new(useInotify && OperatingSystem.IsLinux() ? events ?? InotifyEvents.Shared : null, pollInterval, time);
}
