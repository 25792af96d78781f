using Podkit.ApiServer;
using Podkit.Cli.Output;
using Podkit.LocalCluster;
using Podkit.Node;

namespace Podkit.Cli.Commands;

/// <summary>Starts a local cluster for a command and says where it is.</summary>
internal static class RunningCluster
{
    public static async Task<LocalCluster.LocalCluster> StartAsync(int port, NodeAgentOptions node, Terminal terminal, CancellationToken cancellationToken)
    {
        // A container's `podkit` is this one: images that hold it are not pulled yet.
        Environment.SetEnvironmentVariable("PATH", $"{Environment.GetEnvironmentVariable("PATH")}:{AppContext.BaseDirectory.TrimEnd('/')}");
        try
        {
            return await LocalCluster.LocalCluster.StartAsync(
                new LocalClusterOptions { Server = new ApiServerOptions { Port = port }, Node = node with { Notices = new TerminalNotices(terminal) } },
                cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw CliException.Failure(port == 0 ? e.Message : PortOwner.Explain(port, e.Message), e);
        }
        catch (InvalidOperationException e)
        {
            throw CliException.Failure(e.Message, e);
        }
    }

    /// <summary>The line that scripts wait for.</summary>
    public static void Ready(KubeconfigFile file, string kubeconfig, Terminal terminal)
    {
        file.Write(kubeconfig);
        terminal.Line($"ready: kubeconfig {file.Path}");
    }

    private sealed class TerminalNotices(Terminal terminal) : INodeNotices
    {
        public void Say(string text) => terminal.Warning(text);
    }
}
