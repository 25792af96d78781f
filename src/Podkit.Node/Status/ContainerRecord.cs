using Podkit.Model.Core.V1;

namespace Podkit.Node.Status;

/// <summary>What the node knows of one container of a pod. Only the pod's worker changes it.</summary>
internal sealed class ContainerRecord(Container spec, ContainerKind kind)
{
    /// <summary>The container as the pod's latest version has it.</summary>
    public Container Spec { get; set; } = spec;

    public ContainerKind Kind { get; } = kind;

    public string Name => Spec.Name;

    public ContainerPhase Phase { get; private set; }

    /// <summary>Why it does not run, when there is more to say than that its turn has not come.</summary>
    public (string Reason, string Message)? Waiting { get; set; }

    /// <summary>Before when the container is not tried again, after an attempt that led nowhere.</summary>
    public DateTimeOffset? RetryAt { get; set; }

    public DateTimeOffset? StartedAt { get; private set; }

    /// <summary>The last end, of the present run when <see cref="Phase"/> is terminated, else of the one before.</summary>
    public ContainerExit? Exit { get; private set; }

    /// <summary>The end before the last, shown as <c>lastState</c> while the container rests terminated.</summary>
    public ContainerExit? ExitBefore { get; private set; }

    public int RestartCount { get; private set; }

    /// <summary>Whether the present run has passed its start-up probe (or has none) and its postStart hook.</summary>
    public bool Started { get; set; }

    /// <summary>Whether the container has been started in this sense in any run: what follows it need not wait again.</summary>
    public bool EverStarted { get; private set; }

    /// <summary>What the readiness probe last said; true without a probe.</summary>
    public bool ProbedReady { get; set; }

    public string? ContainerId { get; private set; }

    public string ImageId { get; set; } = "";

    public bool Running => Phase == ContainerPhase.Running;

    public bool Terminated => Phase == ContainerPhase.Terminated;

    /// <summary>Whether another run has to be counted as a restart.</summary>
    public bool HasRun => Exit is not null;

    /// <summary>Whether the container counts as ready: it has done its work, or runs, has started and says so.</summary>
    public bool IsReady => Kind == ContainerKind.Init
        ? this is { Terminated: true, Exit.ExitCode: 0 }
        : this is { Running: true, Started: true } && (Spec.ReadinessProbe is null || ProbedReady);

    public string FieldPath => Kind == ContainerKind.Main ? $"spec.containers{{{Name}}}" : $"spec.initContainers{{{Name}}}";

    /// <summary>Whether its definition has changed under it: it runs again whatever the restart policy.</summary>
    public bool DefinitionChanged { get; set; }

    public void BeginStart() => (Phase, RetryAt, DefinitionChanged) = (ContainerPhase.Starting, null, false);

    /// <summary>The attempt to start led nowhere and left no run behind; the container waits as it did before.</summary>
    public void AbandonStart((string Reason, string Message)? waiting, DateTimeOffset? retryAt)
    {
        Phase = Exit is null ? ContainerPhase.Created : ContainerPhase.Terminated;
        (Waiting, RetryAt) = (waiting, retryAt);
    }

    public void MarkRunning(string containerId, DateTimeOffset at)
    {
        if (HasRun) RestartCount++;
        Phase = ContainerPhase.Running;
        (ContainerId, StartedAt, Waiting, Started, ProbedReady) = (containerId, at, null, false, false);
    }

    public void MarkStarted() => (Started, EverStarted) = (true, true);

    public void MarkTerminated(ContainerExit exit)
    {
        if (Phase != ContainerPhase.Running && HasRun) RestartCount++;
        (ExitBefore, Exit, Phase) = (Exit, exit, ContainerPhase.Terminated);
        (Waiting, Started, ProbedReady) = (null, false, false);
        ContainerId = exit.ContainerId ?? ContainerId;
    }

    /// <summary>Takes over what an earlier agent reported of this container.</summary>
    public void Restore(int restartCount, ContainerExit exit) => (RestartCount, Exit, Phase) = (restartCount, exit, ContainerPhase.Terminated);

    /// <summary>It is to run again whatever it did before, as in a new pod; what is known of its last end stays.</summary>
    public void RunAgain() => Phase = ContainerPhase.Created;
}
