using System.Diagnostics;

namespace Podkit.Bench;

/// <summary>From the start of a process to its first answer from an API server: a program published trimmed that lists the pods of all namespaces.</summary>
internal static class FirstCallBench
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
        var folder = Directory.CreateTempSubdirectory("podkit-first-call-");
        try
        {
            await PublishAsync(folder.FullName, cancellationToken);
            await using var cluster = Cluster.Start(Manifest);
            await cluster.WaitForAsync("the-first-line", cancellationToken);
            var first = new Samples();
            for (var i = 0; i < (runs > 0 ? runs : 20) + 3; i++)
            {
                var elapsed = await CallAsync(Path.Combine(folder.FullName, "Podkit.FirstCall"), cluster.Kubeconfig, cancellationToken);
                if (i >= 3) first.Add(elapsed); // The first runs warm the file cache.
            }

            return first.Hold("process start to the first list of pods, median", 50, 150, "ms");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<double> CallAsync(string program, string kubeconfig, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, Environment = { ["KUBECONFIG"] = kubeconfig } };
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
        var line = await process.StandardOutput.ReadLineAsync(cancellationToken);
        var elapsed = clock.Elapsed.TotalMilliseconds;
        await process.WaitForExitAsync(cancellationToken);
        return line?.Contains(" pods at version ", StringComparison.Ordinal) == true ? elapsed : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {line}");
    }

    /// <summary>Publishes for this machine; warnings of the trimmer fail it, as everywhere.</summary>
    private static async Task PublishAsync(string folder, CancellationToken cancellationToken)
    {
        string[] arguments = ["publish", Path.Combine(Repository.Root, "bench", "Podkit.FirstCall"), "--configuration", "Release", "--use-current-runtime", "--output", folder, "--nologo", "--verbosity", "quiet"];
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true }) ?? throw new InvalidOperationException("dotnet did not start");
        var said = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0) throw new InvalidOperationException($"publishing failed:\n{said}");
    }
}
