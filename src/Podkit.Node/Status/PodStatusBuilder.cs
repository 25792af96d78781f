using Podkit.Model.Core.V1;

namespace Podkit.Node.Status;

/// <summary>Computes the status that the node reports of a pod.</summary>
internal static class PodStatusBuilder
{
    public static PodStatus Build(PodView view)
    {
        var phase = view.Failure is not null ? PodPhases.Failed : PodPhases.Of(view.Records, view.Pod.Spec.RestartPolicy, view.Terminal);
        if (PodPhases.IsTerminal(phase) && view.Records.Any(r => r.Running || r.Phase == ContainerPhase.Starting)) phase = StillEnding(view);
        view = view with { Phase = phase };
        return new PodStatus
        {
            Phase = phase,
            Reason = view.Failure?.Reason,
            Message = view.Failure?.Message,
            Conditions = PodConditions.Of(view),
            HostIP = view.HostIPs.Count > 0 ? view.HostIPs[0] : null,
            HostIPs = view.HostIPs.Count > 0 ? [.. view.HostIPs.Select(ip => new HostIP { Ip = ip })] : null,
            PodIP = view.PodIPs.Count > 0 ? view.PodIPs[0] : null,
            PodIPs = view.PodIPs.Count > 0 ? [.. view.PodIPs.Select(ip => new PodIP { Ip = ip })] : null,
            StartTime = view.StartTime,
            ObservedGeneration = view.Pod.Metadata.Generation,
            InitContainerStatuses = view.Records.Init().Any() ? [.. view.Records.Init().Select(r => ContainerStatuses.Of(r, view))] : null,
            ContainerStatuses = [.. view.Records.Main().Select(r => ContainerStatuses.Of(r, view))],
        };
    }

    /// <summary>A pod keeps its phase until its last container has ended: a terminal phase is never taken back.</summary>
    private static string StillEnding(PodView view) =>
        PodPhases.IsTerminal(view.Pod.Status.Phase) || view.Pod.Status.Phase is null ? PodPhases.Running : view.Pod.Status.Phase;
}
