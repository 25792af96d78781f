namespace Podkit.Node.Status;

/// <summary>The phase of a pod as a kubelet computes it from its containers.</summary>
internal static class PodPhases
{
    public const string Pending = "Pending";
    public const string Running = "Running";
    public const string Succeeded = "Succeeded";
    public const string Failed = "Failed";

    public static bool IsTerminal(string? phase) => phase is Succeeded or Failed;

    /// <param name="records">The pod's containers.</param>
    /// <param name="restartPolicy">The pod's restart policy.</param>
    /// <param name="terminal">Whether nothing will be started any more: the pod is being deleted, or has failed as a whole.</param>
    public static string Of(IReadOnlyList<ContainerRecord> records, string? restartPolicy, bool terminal)
    {
        if (InitFailed(records) && (restartPolicy == "Never" || terminal)) return Failed;
        if (Initializing(records) || records.Main().Any(NeverRan)) return terminal && !AnyRunning(records) ? Failed : Pending;
        if (AnyRunning(records)) return Running;
        return Stopped(records, restartPolicy, terminal);
    }

    private static string Stopped(IReadOnlyList<ContainerRecord> records, string? restartPolicy, bool terminal)
    {
        var failed = records.Main().Any(r => r.Exit!.ExitCode != 0);
        var comesBack = !terminal && (restartPolicy is null or "Always" || (restartPolicy == "OnFailure" && failed));
        return comesBack ? Running : failed ? Failed : Succeeded;
    }

    private static bool AnyRunning(IReadOnlyList<ContainerRecord> records) => records.Any(r => r.Running && r.Kind != ContainerKind.Init);

    private static bool NeverRan(ContainerRecord record) => record is { Running: false, HasRun: false };

    private static bool InitFailed(IReadOnlyList<ContainerRecord> records) =>
        records.Any(r => r is { Kind: ContainerKind.Init, Terminated: true, Exit.ExitCode: not 0 });

    private static bool Initializing(IReadOnlyList<ContainerRecord> records)
    {
        if (records.Initialized()) return false;
        return records.Init().Any(r => r.Kind == ContainerKind.Init ? r is not { Terminated: true, Exit.ExitCode: 0 } : !r.EverStarted);
    }
}
