using Podkit.Model.Core.V1;
using Podkit.Node.Status;

namespace Podkit.Node.Pods;

/// <summary>Takes over what an earlier agent on this node reported of a pod. Its processes and its volumes are gone: what ran then
/// has ended in a way that nobody knows, and a pod that goes on begins with its init containers.</summary>
internal static class PodRestore
{
    private const string Lost = "The container could not be located when the node agent started";

    public static void Restore(IReadOnlyList<ContainerRecord> records, Pod pod, DateTimeOffset now)
    {
        var status = pod.Status;
        var statuses = (status.InitContainerStatuses ?? []).Concat(status.ContainerStatuses ?? []).ToDictionary(s => s.Name);
        foreach (var record in records)
        {
            if (!statuses.TryGetValue(record.Name, out var before)) continue;
            var exit = ExitOf(before, now);
            if (exit is not null) record.Restore(before.RestartCount, exit);
        }
        if (records.Main().All(r => r.Terminated && !r.Restarts(pod.Spec.RestartPolicy))) return;
        foreach (var record in records.Where(r => r.Kind != ContainerKind.Main || r.Restarts(pod.Spec.RestartPolicy))) record.RunAgain();
    }

    private static ContainerExit? ExitOf(ContainerStatus status, DateTimeOffset now)
    {
        if (status.State.Running is { } running) return new(ExitReasons.KilledCode, ExitReasons.Unknown, Lost, running.StartedAt ?? now, now, IdOf(status.ContainerID));
        var ended = status.State.Terminated ?? status.LastState.Terminated;
        return ended is null ? null : new(ended.ExitCode, ended.Reason ?? ExitReasons.Error, ended.Message, ended.StartedAt ?? now, ended.FinishedAt ?? now, IdOf(ended.ContainerID));
    }

    private static string? IdOf(string? containerId) => containerId?.Split("//", 2)[^1];
}
