using Podkit.Node.Status;

namespace Podkit.Node.Pods;

/// <summary>Decides which containers of a pod start, rest or end next. Pure: it looks at the records and changes nothing.</summary>
internal static class PodPlanner
{
    /// <param name="records">The pod's containers in the order in which they start.</param>
    /// <param name="restartPolicy">The pod's restart policy.</param>
    /// <param name="backoffs">The back-off of each container that has one.</param>
    /// <param name="now">The time.</param>
    public static PodPlan Plan(IReadOnlyList<ContainerRecord> records, string? restartPolicy, IReadOnlyDictionary<string, RestartBackoff> backoffs, DateTimeOffset now)
    {
        var plan = new PodPlan();
        if (IsOver(records, restartPolicy))
        {
            EndSidecars(records, plan);
            return plan;
        }
        if (!ReachMain(records, plan, backoffs, now)) return plan;
        foreach (var record in records.Main()) StartOrRest(record, restartPolicy, plan, backoffs, now);
        return plan;
    }

    /// <summary>Whether an init container has failed for good or every main container has ended for good.</summary>
    private static bool IsOver(IReadOnlyList<ContainerRecord> records, string? restartPolicy) =>
        records.Any(r => r is { Kind: ContainerKind.Init, Terminated: true, Exit.ExitCode: not 0 } && !r.Restarts(restartPolicy))
        || records.Main().All(r => r.Terminated && !r.Restarts(restartPolicy));

    private static void EndSidecars(IReadOnlyList<ContainerRecord> records, PodPlan plan)
    {
        plan.Stop.AddRange(records.Where(r => r.Kind == ContainerKind.Sidecar && r.Running).Reverse());
        plan.Finished = !records.Any(r => r.Running || r.Phase == ContainerPhase.Starting);
    }

    /// <summary>Goes through the init containers in order; false when one of them still stands before the main containers.</summary>
    private static bool ReachMain(IReadOnlyList<ContainerRecord> records, PodPlan plan, IReadOnlyDictionary<string, RestartBackoff> backoffs, DateTimeOffset now)
    {
        var initialized = records.Initialized();
        foreach (var record in records.Init())
        {
            if (record.Kind == ContainerKind.Sidecar)
            {
                StartOrRest(record, "Always", plan, backoffs, now);
                if (!record.EverStarted && !initialized) return false;
            }
            else if (!initialized && record is not { Terminated: true, Exit.ExitCode: 0 })
            {
                StartOrRest(record, "OnFailure", plan, backoffs, now);
                return false;
            }
        }
        return true;
    }

    private static void StartOrRest(ContainerRecord record, string? restartPolicy, PodPlan plan, IReadOnlyDictionary<string, RestartBackoff> backoffs, DateTimeOffset now)
    {
        var due = record.Phase == ContainerPhase.Created || (record.Terminated && record.Restarts(restartPolicy));
        if (!due) return;
        if (record.RetryAt > now) plan.LookAgain(record.RetryAt.Value);
        else if (record.Terminated) StartOrRestAfterEnd(record, plan, backoffs, now);
        else plan.Start.Add(record);
    }

    private static void StartOrRestAfterEnd(ContainerRecord record, PodPlan plan, IReadOnlyDictionary<string, RestartBackoff> backoffs, DateTimeOffset now)
    {
        var finished = record.Exit!.FinishedAt;
        var delay = backoffs.TryGetValue(record.Name, out var backoff) ? backoff.Delay(finished) : TimeSpan.Zero;
        if (finished + delay <= now) plan.Start.Add(record);
        else plan.Rest(new(record, finished + delay, delay));
    }
}
