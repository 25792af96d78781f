using Podkit.Model.Core.V1;
using Podkit.Node.Status;

namespace Podkit.Node.Tests.Status;

/// <summary>Makes the container records of a test.</summary>
internal static class Records
{
    public static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    public static ContainerRecord MainOf(string name) => new(new Container { Name = name, Image = "busybox:1.36" }, ContainerKind.Main);

    public static ContainerRecord Init(string name) => new(new Container { Name = name, Image = "busybox:1.36" }, ContainerKind.Init);

    public static ContainerRecord Sidecar(string name) => new(new Container { Name = name, Image = "busybox:1.36", RestartPolicy = "Always" }, ContainerKind.Sidecar);

    public static ContainerRecord Run(this ContainerRecord record, bool started = true)
    {
        record.BeginStart();
        record.MarkRunning("id-" + record.Name, Now);
        if (started) record.MarkStarted();
        return record;
    }

    public static ContainerRecord End(this ContainerRecord record, int exitCode = 0, DateTimeOffset? at = null)
    {
        if (!record.Running) record.Run();
        record.MarkTerminated(new(exitCode, ExitReasons.Of(exitCode, outOfMemory: false), null, Now, at ?? Now, "id-" + record.Name));
        return record;
    }

    public static Pod Pod(string restartPolicy = "Always") => new()
    {
        Metadata = new() { Name = "p", Namespace = "ns", Uid = "uid", Generation = 3 },
        Spec = new() { RestartPolicy = restartPolicy, NodeName = "here" },
    };

    public static PodStatus StatusOf(Pod pod, params ContainerRecord[] records) =>
        PodStatusBuilder.Build(new PodView(pod, records, Now) { NetworkReady = true, HostIPs = ["127.0.0.1"], PodIPs = ["127.88.0.2"], StartTime = Now });

    public static PodCondition Condition(this PodStatus status, string type) => status.Conditions!.Find(c => c.Type == type)!;
}
