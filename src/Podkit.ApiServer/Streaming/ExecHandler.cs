using Podkit.ApiServer.Errors;
using Podkit.ApiServer.Handlers;
using Podkit.ApiServer.Requests;

namespace Podkit.ApiServer.Streaming;

/// <summary>Runs a command in a container, or attaches to a container's program, over a WebSocket.</summary>
internal static class ExecHandler
{
    public static async Task HandleAsync(ApiRequest request)
    {
        var target = StreamTarget.Find(request, out var container);
        var protocol = WebSocketUpgrade.Choose(request.Http, Channels.V5, Channels.V4);
        var options = ReadOptions(request, container);
        var session = await OpenAsync(target, options, request.Aborted).ConfigureAwait(false);
        using var socket = new ChannelSocket(await WebSocketUpgrade.AcceptAsync(request.Http, protocol).ConfigureAwait(false));
        await new ChannelSession(socket, session, options, protocol, request.Services.Time).RunAsync(request.Aborted, request.Services.Stopping).ConfigureAwait(false);
    }

    private static PodExecOptions ReadOptions(ApiRequest request, string container)
    {
        var terminal = IsSet(request, "tty");
        IReadOnlyList<string> command = request.Info.Subresource == "exec" ? request.QueryAll("command") : [];
        var options = new PodExecOptions(container, command, terminal)
        {
            StandardInput = IsSet(request, "stdin"),
            StandardOutput = IsSet(request, "stdout"),
            StandardError = IsSet(request, "stderr") && !terminal,
        };
        if (options is { StandardInput: false, StandardOutput: false, StandardError: false }) throw ApiException.BadRequest("you must specify at least 1 of stdin, stdout, stderr");
        if (request.Info.Subresource == "exec" && (command.Count == 0 || command[0].Length == 0)) throw ApiException.BadRequest("you must specify at least one command for the container");
        return command.Any(word => word.Contains('\0', StringComparison.Ordinal)) ? throw ApiException.BadRequest("a word of the command holds a NUL character") : options;
    }

    private static bool IsSet(ApiRequest request, string name) => RequestInfoParser.IsTrue(request.Query(name));

    private static async Task<IPodSession> OpenAsync(StreamTarget target, PodExecOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await target.Kubelet.OpenSessionAsync(target.Pod, options, cancellationToken).ConfigureAwait(false);
        }
        catch (KubeletException e)
        {
            throw KubeletRefusal.Of(e, $"unable to upgrade connection: {e.Message}");
        }
    }
}
