using System.CommandLine;
using Podkit.Cli.Manifests;
using Podkit.Cli.Output;
using Podkit.Cli.Running;
using Podkit.Node;

namespace Podkit.Cli.Commands;

/// <summary><c>podkit run</c>: manifests run on this machine.</summary>
internal static class RunCommand
{
    public static Command Create(Terminal terminal)
    {
        var paths = new Argument<string[]>("path") { Description = "Manifests: files, folders of them, or - for standard input; YAML or JSON.", HelpName = "PATH", Arity = ArgumentArity.OneOrMore };
        var kubeconfig = ClusterOptions.Kubeconfig();
        var exec = ClusterOptions.Exec();
        var runtime = ClusterOptions.Runtime();
        var command = new Command("run", """
            Start a cluster in this process, apply manifests, run their pods on this machine and print their logs. Ends when all pods have ended: exit code 0 when all succeeded, else 1 with the reason. Ctrl-C stops the pods within their grace period and leaves nothing behind.
            """)
        { paths, kubeconfig, exec, runtime };
        command.SetAction(async (parsed, _) =>
        {
            var manifests = new ManifestLoader(Console.In).Load(parsed.GetValue(paths)!);
            ManifestCheck.ThrowIfBad(manifests);
            var commands = parsed.GetValue(exec) ?? new Dictionary<string, string>();
            RunnableCheck.ThrowIfNothingToRun(manifests, commands, terminal);
            using var file = KubeconfigFile.Choose(parsed.GetValue(kubeconfig));
            using var stop = new StopRequest(() => terminal.Note("stopping; once more to stop at once"));
            var node = new NodeAgentOptions { Runtime = parsed.GetValue(runtime), ExecOverrides = commands };
            return await stop.GuardAsync(async () =>
            {
                await using var cluster = await RunningCluster.StartAsync(0, node, terminal, stop.Stop).ConfigureAwait(false);
                RunningCluster.Ready(file, cluster.AdminKubeconfig, terminal);
                return await new RunSession(cluster, manifests, terminal).RunAsync(stop.Stop, stop.Now).ConfigureAwait(false);
            }).ConfigureAwait(false);
        });
        return command;
    }
}
