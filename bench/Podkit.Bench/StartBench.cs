using System.Diagnostics;

namespace Podkit.Bench;

/// <summary>From <c>podkit run</c> to the first line of its container, and the memory of the whole cluster then.</summary>
internal static class StartBench
{
    private const string Manifest = """
        apiVersion: v1
        kind: Pod
        metadata: {name: first}
        spec:
          terminationGracePeriodSeconds: 0
          containers:
          - name: main
            image: busybox:1.36
            command: ["sh", "-c", "echo the-first-line; exec sleep 3600"]
        """;

    public static async Task<bool> RunAsync(int runs, CancellationToken cancellationToken)
    {
        var start = new Samples();
        var memory = new Samples();
        await Cluster.BuildAsync(cancellationToken);
        for (var i = 0; i < (runs > 0 ? runs : 15) + 1; i++)
        {
            var clock = Stopwatch.StartNew();
            await using var cluster = Cluster.Start(Manifest);
            await cluster.WaitForAsync("the-first-line", cancellationToken);
            var elapsed = clock.Elapsed.TotalMilliseconds;
            await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
            if (i == 0) continue; // The first run warms the file cache.
            start.Add(elapsed);
            memory.Add(ProcessTree.ResidentMegabytes(ProcessTree.Of(cluster.Pid)));
        }

        return start.Hold("podkit run to the container's first line, median", 50, 1000, "ms")
            & memory.Hold("resident memory of cluster and pod, all processes, max", 100, 150, "MB");
    }
}
