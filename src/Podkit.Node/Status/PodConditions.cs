using Podkit.Model.Core.V1;

namespace Podkit.Node.Status;

/// <summary>The conditions of a pod as a kubelet words them.</summary>
internal static class PodConditions
{
    public const string ReadyToStartContainers = "PodReadyToStartContainers";
    public const string Initialized = "Initialized";
    public const string Ready = "Ready";
    public const string ContainersReady = "ContainersReady";
    public const string Scheduled = "PodScheduled";
    public const string DisruptionTarget = "DisruptionTarget";

    /// <summary>The conditions that the node keeps; those of others are left to them.</summary>
    public static List<PodCondition> Of(PodView view)
    {
        var containersReady = ContainersReadyOf(view);
        List<PodCondition> conditions =
        [
            Condition(ReadyToStartContainers, view.NetworkReady, null, null),
            InitializedOf(view),
            ReadyOf(view, containersReady),
            containersReady,
            Find(view, Scheduled) is { } scheduled && scheduled.Status == "True" ? Copy(scheduled) : Condition(Scheduled, true, null, null),
        ];
        if (view.Disruption is not null) conditions.Add(view.Disruption);
        foreach (var condition in conditions) Stamp(condition, view);
        return conditions;
    }

    private static PodCondition InitializedOf(PodView view)
    {
        if (view.Phase == PodPhases.Succeeded) return Condition(Initialized, true, "PodCompleted", null);
        if (view.Records.Main().Any(r => r.HasRun || r.Running)) return Condition(Initialized, true, null, null);
        var incomplete = Names(view.Records.Init().Where(r => r.Kind == ContainerKind.Init ? r is not { Terminated: true, Exit.ExitCode: 0 } : !r.EverStarted));
        return incomplete.Length == 0
            ? Condition(Initialized, true, null, null)
            : Condition(Initialized, false, "ContainersNotInitialized", $"containers with incomplete status: [{incomplete}]");
    }

    private static PodCondition ContainersReadyOf(PodView view)
    {
        if (view.Phase == PodPhases.Succeeded) return Condition(ContainersReady, false, "PodCompleted", null);
        if (view.Phase == PodPhases.Failed) return Condition(ContainersReady, false, "PodFailed", null);
        var unready = Names(view.Records.Where(r => r.Kind != ContainerKind.Init && !r.IsReady));
        return unready.Length == 0
            ? Condition(ContainersReady, true, null, null)
            : Condition(ContainersReady, false, "ContainersNotReady", $"containers with unready status: [{unready}]");
    }

    private static PodCondition ReadyOf(PodView view, PodCondition containersReady)
    {
        if (containersReady.Status != "True") return Condition(Ready, false, containersReady.Reason, containersReady.Message);
        var closed = (view.Pod.Spec.ReadinessGates ?? []).Select(gate => GateMessage(view, gate.ConditionType)).OfType<string>().ToList();
        return closed.Count == 0 ? Condition(Ready, true, null, null) : Condition(Ready, false, "ReadinessGatesNotReady", string.Join(", ", closed));
    }

    private static string? GateMessage(PodView view, string type) => Find(view, type) switch
    {
        null => $"corresponding condition of pod readiness gate \"{type}\" does not exist.",
        { Status: "True" } => null,
        var condition => $"the status of pod readiness gate \"{type}\" is not \"True\", but {condition.Status}",
    };

    private static PodCondition? Find(PodView view, string type) => view.Pod.Status.Conditions?.Find(c => c.Type == type);

    private static void Stamp(PodCondition condition, PodView view)
    {
        var before = view.Reported?.Find(c => c.Type == condition.Type) ?? Find(view, condition.Type);
        condition.LastTransitionTime = before?.Status == condition.Status && before.LastTransitionTime is { } time ? time : view.Now;
        condition.ObservedGeneration = view.Pod.Metadata.Generation;
    }

    private static PodCondition Condition(string type, bool status, string? reason, string? message) =>
        new() { Type = type, Status = status ? "True" : "False", Reason = reason, Message = message };

    private static PodCondition Copy(PodCondition c) => new() { Type = c.Type, Status = c.Status, Reason = c.Reason, Message = c.Message, LastTransitionTime = c.LastTransitionTime };

    private static string Names(IEnumerable<ContainerRecord> records) => string.Join(' ', records.Select(r => r.Name));
}
