using Podkit.Node.Probes;
using Podkit.Node.Status;

namespace Podkit.Node.Pods;

/// <summary>What a pod's worker is told.</summary>
internal abstract record PodMessage
{
    /// <summary>The pod has changed on the server.</summary>
    public sealed record Changed : PodMessage;

    /// <summary>The pod no longer exists on the server.</summary>
    public sealed record Removed : PodMessage;

    /// <summary>Every volume is in place.</summary>
    public sealed record VolumesReady : PodMessage;

    /// <summary>A ConfigMap or Secret that the pod reads has changed.</summary>
    public sealed record SourceChanged : PodMessage;

    /// <summary>A time has come for which the worker wanted to be woken.</summary>
    public sealed record Wake : PodMessage;

    /// <summary>The node stops.</summary>
    /// <param name="LongestGrace">The longest grace; null is the pod's own.</param>
    public sealed record NodeStops(TimeSpan? LongestGrace) : PodMessage;

    /// <summary>What the end of the pod leaves to do is done.</summary>
    public sealed record Closed : PodMessage;

    /// <summary>A container's process runs.</summary>
    public sealed record RunStarted(ContainerRun Run) : PodMessage;

    /// <summary>A container has been through its postStart hook and its start-up probe.</summary>
    public sealed record RunReady(ContainerRun Run) : PodMessage;

    /// <summary>A container could not be started and is to be tried again; without a reason it was told to stop before.</summary>
    public sealed record RunAbandoned(ContainerRun Run, (string Reason, string Message)? Why) : PodMessage;

    /// <summary>A container has ended.</summary>
    public sealed record RunEnded(ContainerRun Run, ContainerExit Exit) : PodMessage;

    /// <summary>A probe has come to a verdict.</summary>
    public sealed record ProbeJudged(ContainerRun Run, ProbeKind Kind, bool Verdict) : PodMessage;
}
