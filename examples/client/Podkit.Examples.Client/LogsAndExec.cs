using Podkit.Client;

namespace Podkit.Examples.Client;

/// <summary>Read the last lines of a pod's log, then run a program in it.</summary>
internal static class LogsAndExec
{
    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        using var client = KubernetesClient.Auto();
        var pods = await client.Pods.ListAsync(cancellationToken);
        if (pods.FirstOrDefault(p => p.Status.Phase == "Running")?.Metadata.Name is not { } name)
        {
            Console.WriteLine($"no pod runs in the namespace {client.Namespace}");
            return;
        }

        await using (var log = await client.Pods.GetLogAsync(name, new PodLogOptions { TailLines = 10, Timestamps = true }, cancellationToken))
            await log.CopyToAsync(Console.OpenStandardOutput(), cancellationToken);

        var result = await client.Pods.ExecAsync(name, ["sh", "-c", "hostname; uptime"], cancellationToken: cancellationToken);
        Console.Write($"{result.Output}{result.Error}");
        Console.WriteLine($"exit code {result.ExitCode}");
    }
}
