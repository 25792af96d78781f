using System.CommandLine;
using Podkit.Cli.Output;
using Podkit.Node;

namespace Podkit.Cli.Commands;

/// <summary><c>podkit up</c>: only the cluster.</summary>
internal static class UpCommand
{
    public static Command Create(Terminal terminal)
    {
        var kubeconfig = ClusterOptions.Kubeconfig();
        var port = ClusterOptions.Port();
        var runtime = ClusterOptions.Runtime();
        var command = new Command("up", "Start a cluster in this process, and keep it until Ctrl-C. Prints 'ready: kubeconfig FILE' once the API server answers.") { kubeconfig, port, runtime };
        command.SetAction(async (parsed, _) =>
        {
            using var file = KubeconfigFile.Choose(parsed.GetValue(kubeconfig));
            using var stop = new StopRequest(() => terminal.Note("stopping; once more to stop at once"));
            var node = new NodeAgentOptions { Runtime = parsed.GetValue(runtime) };
            return await stop.GuardAsync(async () =>
            {
                await using var cluster = await RunningCluster.StartAsync(parsed.GetValue(port), node, terminal, stop.Stop).ConfigureAwait(false);
                RunningCluster.Ready(file, cluster.AdminKubeconfig, terminal);
                await stop.Stop.WhenCancelledAsync().ConfigureAwait(false);
                await cluster.Node.StopAsync(stop.Now).ConfigureAwait(false);
                return ExitCodes.Success;
            }).ConfigureAwait(false);
        });
        return command;
    }

    /// <summary>Completes when the token is cancelled.</summary>
    public static async Task WhenCancelledAsync(this CancellationToken token)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = token.Register(cancelled.SetResult).ConfigureAwait(false);
        await cancelled.Task.ConfigureAwait(false);
    }
}
