namespace Podkit.Node.Events;

/// <summary>The reasons of the events that the node tells of pods, as a kubelet names them.</summary>
internal static class PodEvents
{
    public const string BackOff = "BackOff";
    public const string Created = "Created";
    public const string DeadlineExceeded = "DeadlineExceeded";
    public const string Failed = "Failed";
    public const string FailedKillPod = "FailedKillPod";
    public const string FailedMount = "FailedMount";
    public const string FailedPostStartHook = "FailedPostStartHook";
    public const string FailedPreStopHook = "FailedPreStopHook";
    public const string FailedScheduling = "FailedScheduling";
    public const string Killing = "Killing";
    public const string NoImage = "NoImage";
    public const string ProbeWarning = "ProbeWarning";
    public const string Scheduled = "Scheduled";
    public const string Started = "Started";
    public const string Unhealthy = "Unhealthy";
}
