using System.Runtime.CompilerServices;
using Podkit.ApiServer;
using Podkit.Node;

namespace Podkit.LocalCluster;

/// <summary>A command in a container of the node of the same process, or the container's own program.</summary>
internal sealed class NodeSession(ContainerConnection container, PodExecOptions options) : IPodSession
{
    public async Task<int> RunAsync(PodSessionStreams streams, CancellationToken cancellationToken)
    {
        if (options.Command.Count == 0)
        {
            await container.AttachAsync(Attach(streams), cancellationToken).ConfigureAwait(false);
            return 0;
        }

        try
        {
            return await container.ExecAsync(Exec(streams), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ContainerStartException or InvalidOperationException)
        {
            throw new KubeletException(500, $"failed to exec in container: {e.Message}");
        }
    }

    private ContainerExec Exec(PodSessionStreams streams) => new()
    {
        Command = options.Command,
        StandardInput = streams.StandardInput,
        StandardOutput = streams.StandardOutput,
        StandardError = streams.StandardError,
        Terminal = options.Terminal,
        Sizes = options.Terminal ? SizesAsync(streams.Sizes) : null,
    };

    private ContainerAttach Attach(PodSessionStreams streams) => new()
    {
        StandardInput = streams.StandardInput,
        StandardOutput = streams.StandardOutput,
        StandardError = streams.StandardError,
        Sizes = options.Terminal ? SizesAsync(streams.Sizes) : null,
    };

    private static async IAsyncEnumerable<Node.TerminalSize> SizesAsync(IAsyncEnumerable<ApiServer.TerminalSize> sizes, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var size in sizes.WithCancellation(cancellationToken).ConfigureAwait(false)) yield return new Node.TerminalSize(size.Columns, size.Rows);
    }
}
