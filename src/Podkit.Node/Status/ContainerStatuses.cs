using Podkit.Model.Core.V1;

namespace Podkit.Node.Status;

/// <summary>The status of one container.</summary>
internal static class ContainerStatuses
{
    public static ContainerStatus Of(ContainerRecord record, PodView view)
    {
        var state = StateOf(record, view);
        return new ContainerStatus
        {
            Name = record.Name,
            Image = record.Spec.Image ?? "",
            ImageID = record.HasRun || record.Running ? record.ImageId : "",
            ContainerID = record.ContainerId is { } id ? "podkit://" + id : null,
            RestartCount = record.RestartCount,
            Ready = record.IsReady,
            Started = record.Running && record.Started,
            State = state,
            LastState = LastOf(record, state),
            AllocatedResources = record.Running ? record.Spec.Resources.Requests : null,
            Resources = record.Running && HasResources(record.Spec.Resources) ? record.Spec.Resources : null,
            VolumeMounts = MountsOf(record),
        };
    }

    private static ContainerState StateOf(ContainerRecord record, PodView view)
    {
        if (record.Running) return new() { Running = new() { StartedAt = record.StartedAt } };
        if (record.Waiting is { } waiting) return WaitingFor(waiting.Reason, waiting.Message);
        if (record.Exit is { } exit) return new() { Terminated = Terminated(exit) };
        return WaitingFor(view.Records.Init().Any() ? WaitingReasons.PodInitializing : WaitingReasons.ContainerCreating, null);
    }

    /// <summary>The end before the state shown: nothing while the state is that end itself and the first.</summary>
    private static ContainerState LastOf(ContainerRecord record, ContainerState state)
    {
        var last = state.Terminated is not null ? record.ExitBefore : record.Exit;
        return last is null ? new() : new() { Terminated = Terminated(last) };
    }

    private static ContainerState WaitingFor(string reason, string? message) => new() { Waiting = new() { Reason = reason, Message = message } };

    private static ContainerStateTerminated Terminated(ContainerExit exit) => new()
    {
        ExitCode = exit.ExitCode,
        Reason = exit.Reason,
        Message = string.IsNullOrEmpty(exit.Message) ? null : exit.Message,
        StartedAt = exit.StartedAt,
        FinishedAt = exit.FinishedAt,
        ContainerID = exit.ContainerId is { } id ? "podkit://" + id : null,
    };

    private static bool HasResources(ResourceRequirements resources) => resources.Limits is { Count: > 0 } || resources.Requests is { Count: > 0 };

    private static List<VolumeMountStatus>? MountsOf(ContainerRecord record) => record.Spec.VolumeMounts is not { Count: > 0 } mounts ? null : [.. mounts.Select(m => new VolumeMountStatus
    {
        Name = m.Name,
        MountPath = m.MountPath,
        ReadOnly = m.ReadOnly is true ? true : null,
        RecursiveReadOnly = m.ReadOnly is true ? "Disabled" : null,
    })];
}
