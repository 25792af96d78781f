using Podkit.Model.Core.V1;

namespace Podkit.Node.Status;

/// <summary>Everything from which a pod's status is computed.</summary>
internal sealed record PodView(Pod Pod, IReadOnlyList<ContainerRecord> Records, DateTimeOffset Now)
{
    /// <summary>The phase; computed by <see cref="PodStatusBuilder"/> before the conditions.</summary>
    public string Phase { get; init; } = PodPhases.Pending;

    /// <summary>The conditions that the node itself has reported last, for their times.</summary>
    public List<PodCondition>? Reported { get; init; }

    public DateTimeOffset? StartTime { get; init; }

    public IReadOnlyList<string> HostIPs { get; init; } = [];

    public IReadOnlyList<string> PodIPs { get; init; } = [];

    /// <summary>Whether the pod's place is prepared: volumes and address.</summary>
    public bool NetworkReady { get; init; }

    /// <summary>Whether nothing will be started any more.</summary>
    public bool Terminal { get; init; }

    /// <summary>Why the pod failed as a whole, such as <c>DeadlineExceeded</c>.</summary>
    public (string Reason, string Message)? Failure { get; init; }

    /// <summary>The condition of a pod that the node itself ends.</summary>
    public PodCondition? Disruption { get; init; }
}
