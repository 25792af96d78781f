using Podkit.Model.Core.V1;

namespace Podkit.Node.Status;

/// <summary>The containers of a pod in the order in which they start.</summary>
internal static class ContainerRecords
{
    public static List<ContainerRecord> Of(PodSpec spec)
    {
        var records = new List<ContainerRecord>();
        foreach (var container in spec.InitContainers ?? []) records.Add(new(container, IsSidecar(container) ? ContainerKind.Sidecar : ContainerKind.Init));
        foreach (var container in spec.Containers) records.Add(new(container, ContainerKind.Main));
        return records;
    }

    public static bool IsSidecar(Container initContainer) => initContainer.RestartPolicy == "Always";

    public static IEnumerable<ContainerRecord> Main(this IReadOnlyList<ContainerRecord> records) => records.Where(r => r.Kind == ContainerKind.Main);

    public static IEnumerable<ContainerRecord> Init(this IReadOnlyList<ContainerRecord> records) => records.Where(r => r.Kind != ContainerKind.Main);

    /// <summary>Whether a container that ended runs again under the pod's restart policy.</summary>
    public static bool Restarts(this ContainerRecord record, string? restartPolicy) => record.DefinitionChanged || record.Kind switch
    {
        ContainerKind.Sidecar => true,
        ContainerKind.Init => record.Exit is { ExitCode: not 0 } && restartPolicy != "Never",
        _ => restartPolicy switch { "Never" => false, "OnFailure" => record.Exit is { ExitCode: not 0 }, _ => true },
    };

    /// <summary>Whether the pod has got past its init containers, now or in an earlier run of the agent.</summary>
    public static bool Initialized(this IReadOnlyList<ContainerRecord> records) =>
        records.Main().Any(r => r.Phase is ContainerPhase.Running or ContainerPhase.Terminated)
        || records.Init().All(r => r.Kind == ContainerKind.Sidecar ? r.EverStarted : r is { Terminated: true, Exit.ExitCode: 0 });
}
