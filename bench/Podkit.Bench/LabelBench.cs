using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Podkit.Client;

namespace Podkit.Bench;

/// <summary>From a label patch to the changed file in the running container, beside the 85 to 146 ms of a real kubelet.</summary>
internal static class LabelBench
{
    private const string Manifest = """
        apiVersion: v1
        kind: Pod
        metadata: {name: labelled, labels: {version: none}}
        spec:
          terminationGracePeriodSeconds: 0
          containers:
          - name: main
            image: busybox:1.36
            command: ["sh", "-c", "echo the-first-line; exec sleep 987654"]
            volumeMounts: [{name: podinfo, mountPath: /etc/podinfo}]
          volumes:
          - name: podinfo
            downwardAPI: {items: [{path: labels, fieldRef: {fieldPath: metadata.labels}}, {path: annotations, fieldRef: {fieldPath: metadata.annotations}}]}
        """;

    public static async Task<bool> RunAsync(int runs, CancellationToken cancellationToken)
    {
        await Cluster.BuildAsync(cancellationToken);
        await using var cluster = Cluster.Start(Manifest);
        await cluster.WaitForAsync("the-first-line", cancellationToken);
        var file = FileInContainer(cluster.Pid);
        using var client = new KubernetesClient(KubernetesClientConfiguration.FromKubeConfig(cluster.Kubeconfig));
        var pods = client.Pods.InNamespace("default");
        var latency = new Samples();
        for (var i = 0; i < (runs > 0 ? runs : 1000) + 20; i++)
        {
            var wanted = $"version=\"v{i.ToString(CultureInfo.InvariantCulture)}\"";
            var clock = Stopwatch.StartNew();
            var patch = pods.PatchAsync("labelled", PatchType.Merge, new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["version"] = $"v{i}" } } }, cancellationToken: cancellationToken);
            while (Read(file) != wanted)
            {
                if (patch.IsFaulted) await patch;
                if (clock.Elapsed > TimeSpan.FromSeconds(10)) throw new InvalidOperationException($"{file} says {Read(file)}, not {wanted}, after 10 s");
                await Task.Yield();
            }

            if (i >= 20) latency.Add(clock.Elapsed.TotalMilliseconds);
            await patch;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"a real kubelet: 85 to 146 ms; here {85 / latency.Percentile(50):0} to {146 / latency.Percentile(50):0} times faster at the median"));
        return latency.Hold("label patch to changed file in the container, median", 50, 20, "ms")
            & latency.Hold("label patch to changed file in the container, 99th", 99, 50, "ms");
    }

    /// <summary>The labels file as the container's own process sees it.</summary>
    private static string FileInContainer(int cluster)
    {
        foreach (var pid in ProcessTree.Of(cluster))
        {
            var file = $"/proc/{pid}/root/etc/podinfo/labels";
            if (File.ReadAllText($"/proc/{pid}/cmdline").Contains("987654", StringComparison.Ordinal) && File.Exists(file)) return file;
        }

        throw new InvalidOperationException("the container's process was not found: this bench needs the sandbox runtime");
    }

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            return ""; // Between two versions: the directory that the link named is gone already.
        }
    }
}
