using Podkit.Model;
using Podkit.Model.Core.V1;

namespace Podkit.Node.Tests.Agent;

/// <summary>A node over a fake API server, a fake runtime, fake volumes and a clock of the test's own.</summary>
internal sealed class TestNode : IAsyncDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("podkit-agent-").FullName;

    private TestNode(NodeAgentOptions options, FakeApi? api, TestClock? clock)
    {
        Clock = clock ?? new();
        Api = api ?? new(Clock);
        Runtime = new(Clock, Api.Nudge);
        Volumes = new(Path.Combine(directory, "volumes"), Api.Nudge);
        Agent = new(Api, options with { NodeName = "here", LogDirectory = Path.Combine(directory, "node"), Capacity = options.Capacity ?? Capacity }, null, Clock,
            (parts, _) =>
            {
                (parts.Runtime, parts.OpenVolumes) = (Runtime, Volumes.Make);
                return Task.FromResult(parts);
            }, [new("127.0.0.1", ["kubernetes.default.svc"])]);
    }

    public static Dictionary<string, Quantity> Capacity => new() { ["cpu"] = Quantity.Parse("2"), ["memory"] = Quantity.Parse("1Gi"), ["pods"] = Quantity.Parse("10") };

    public TestClock Clock { get; }

    public FakeApi Api { get; }

    public FakeRuntime Runtime { get; }

    public FakeVolumes Volumes { get; }

    public NodeAgent Agent { get; }

    public string LogDirectory => Path.Combine(directory, "node");

    public static async Task<TestNode> StartAsync(NodeAgentOptions? options = null, FakeApi? api = null, TestClock? clock = null)
    {
        var node = new TestNode(options ?? new() { LeaseRenewal = TimeSpan.FromDays(1) }, api, clock);
        await node.Agent.StartAsync(CancellationToken.None);
        return node;
    }

    public static Container Container(string name = "c") => new() { Name = name, Image = "busybox:1.36", Command = ["run", name] };

    public static Pod Pod(params Container[] containers) => new()
    {
        Metadata = new() { Name = "p", Namespace = "ns", Generation = 1 },
        Spec = new() { NodeName = "here", RestartPolicy = "Always", ServiceAccountName = "default", TerminationGracePeriodSeconds = 30, Containers = [.. containers.DefaultIfEmpty(Container())] },
    };

    /// <summary>Puts a pod and waits until all its main containers run.</summary>
    public async Task<Pod> RunAsync(Pod pod)
    {
        Api.Put(pod);
        return await Api.WaitAsync(pod.Metadata.Name!, p => p.Status.ContainerStatuses is { Count: > 0 } all && all.TrueForAll(c => c.State.Running is not null));
    }

    /// <summary>Waits until the runtime has seen something.</summary>
    public Task WaitAsync(string what, int times = 1) =>
        Api.WaitAsync(() => Runtime.History.Count(h => h == what) >= times, () => $"\"{what}\" {times} times in [{string.Join(", ", Runtime.History)}]");

    /// <summary>Moves the clock once somebody waits for just that time.</summary>
    public async Task PassAsync(TimeSpan by)
    {
        await Clock.WaitForTimerAsync(by);
        Clock.Advance(by);
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await Agent.StopAsync(now.Token);
        await Agent.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }
}
