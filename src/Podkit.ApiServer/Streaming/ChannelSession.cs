using System.Net.WebSockets;

namespace Podkit.ApiServer.Streaming;

/// <summary>One exec or attach over a WebSocket, from the upgrade to the farewell. The command ends with the connection, and the connection with the command.</summary>
internal sealed class ChannelSession(ChannelSocket socket, PodExecOptions options, string protocol, TimeProvider time)
{
    /// <summary>How long a peer may take for its farewell.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    /// <summary>How long a server that stops takes for its own.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);

    private readonly SessionInput _input = new(options.StandardInput, canEnd: protocol == Channels.V5);

    /// <summary>Runs it.</summary>
    /// <param name="session">What the kubelet has found.</param>
    /// <param name="aborted">The connection is gone.</param>
    /// <param name="stopping">The server stops.</param>
    public async Task RunAsync(IPodSession session, CancellationToken aborted, CancellationToken stopping)
    {
        using var life = CancellationTokenSource.CreateLinkedTokenSource(aborted, stopping);
        using var connection = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        var receiving = ReceiveAsync(life, connection.Token);
        try
        {
            if (await ServeAsync(session, life.Token).ConfigureAwait(false)) await CloseAsync(receiving, connection.Token).ConfigureAwait(false);
            else await LeaveAsync(stopping.IsCancellationRequested, connection.Token).ConfigureAwait(false);
        }
        finally
        {
            await connection.CancelAsync().ConfigureAwait(false);
            await receiving.ConfigureAwait(false);
        }
    }

    /// <summary>Whether the command ran to its end and the client knows how that was.</summary>
    private async Task<bool> ServeAsync(IPodSession session, CancellationToken life)
    {
        try
        {
            // Tells the client that the streams are there.
            await socket.SendAsync(FirstWritable(), ReadOnlyMemory<byte>.Empty, life).ConfigureAwait(false);
            var status = await RunCommandAsync(session, life).ConfigureAwait(false);
            _input.Drop();
            await socket.SendAsync(Channels.Error, status, life).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client has gone, or the server stops: the command has been killed.
            _input.Drop();
            return false;
        }
    }

    private async Task<byte[]> RunCommandAsync(IPodSession session, CancellationToken life)
    {
        var streams = new PodSessionStreams
        {
            StandardInput = _input.Stream,
            StandardOutput = options.StandardOutput ? new ChannelStream(socket, Channels.StandardOutput) : null,
            StandardError = options.StandardError ? new ChannelStream(socket, Channels.StandardError) : null,
            Sizes = _input.Sizes,
        };
        try
        {
            return ExitStatus.Of(await session.RunAsync(streams, life).ConfigureAwait(false), options.Command);
        }
        catch (KubeletException e)
        {
            return ExitStatus.Of(e, attaching: options.Command.Count == 0);
        }
    }

    /// <summary>Reads what the client sends until it goes; then the command is over too, unless it has ended already.</summary>
    private async Task ReceiveAsync(CancellationTokenSource life, CancellationToken connection)
    {
        await Task.Yield();
        try
        {
            await socket.ReceiveAsync(_input.TakeAsync, connection).ConfigureAwait(false);
        }
        catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException)
        {
            // The connection has ended without a farewell.
            socket.Abort();
        }

        _input.End();
        await life.CancelAsync().ConfigureAwait(false);
    }

    /// <summary>What the client still sends is read until its farewell: a connection that is closed with unread bytes loses what it has said last.</summary>
    private async Task CloseAsync(Task receiving, CancellationToken connection)
    {
        await SayFarewellAsync(WebSocketCloseStatus.NormalClosure, null, Farewell, connection).ConfigureAwait(false);
        try
        {
            await receiving.WaitAsync(Farewell, time, connection).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            socket.Abort();
        }
    }

    /// <summary>The server stops, or the client has said farewell before the command had ended.</summary>
    private Task LeaveAsync(bool stops, CancellationToken connection) => stops
        ? SayFarewellAsync(WebSocketCloseStatus.EndpointUnavailable, "the server is shutting down", LastWords, connection)
        : SayFarewellAsync(WebSocketCloseStatus.NormalClosure, null, LastWords, connection);

    private async Task SayFarewellAsync(WebSocketCloseStatus why, string? words, TimeSpan within, CancellationToken connection)
    {
        using var limit = new CancellationTokenSource(within, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, connection);
        try
        {
            await socket.CloseAsync(why, words, both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            socket.Abort();
        }
    }

    private byte FirstWritable() => options.StandardOutput ? Channels.StandardOutput : options.StandardError ? Channels.StandardError : Channels.Error;
}
