using System.Net.WebSockets;

namespace Podkit.ApiServer.Streaming;

/// <summary>A connection with channels from the upgrade to the farewell: what is served ends with the connection, and the connection with it.</summary>
internal abstract class SocketSession(ChannelSocket socket, TimeProvider time)
{
    /// <summary>How long a peer may take for its farewell.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    /// <summary>How long a server that stops takes for its own.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);

    protected ChannelSocket Socket { get; } = socket;

    /// <summary>Runs it.</summary>
    /// <param name="aborted">The connection is gone.</param>
    /// <param name="stopping">The server stops.</param>
    public async Task RunAsync(CancellationToken aborted, CancellationToken stopping)
    {
        using var life = CancellationTokenSource.CreateLinkedTokenSource(aborted, stopping);
        using var connection = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        var receiving = ReceiveAsync(life, connection.Token);
        try
        {
            if (await TryServeAsync(life.Token).ConfigureAwait(false)) await CloseAsync(receiving, connection.Token).ConfigureAwait(false);
            else await LeaveAsync(stopping.IsCancellationRequested, connection.Token).ConfigureAwait(false);
        }
        finally
        {
            await connection.CancelAsync().ConfigureAwait(false);
            await receiving.ConfigureAwait(false);
        }
    }

    /// <summary>Does what the connection is for, to its end.</summary>
    /// <param name="life">The client has gone, or the server stops.</param>
    protected abstract Task ServeAsync(CancellationToken life);

    /// <summary>Takes a part of a message of the client's.</summary>
    protected abstract ValueTask TakeAsync(byte channel, ReadOnlyMemory<byte> data, bool ends, CancellationToken cancellationToken);

    /// <summary>The client has gone.</summary>
    protected abstract void End();

    /// <summary>What the client still sends is for nobody.</summary>
    protected abstract void Drop();

    /// <summary>Whether it came to its end.</summary>
    private async Task<bool> TryServeAsync(CancellationToken life)
    {
        try
        {
            await ServeAsync(life).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client has gone, or the server stops.
            return false;
        }
        finally
        {
            Drop();
        }
    }

    /// <summary>Reads what the client sends until it goes; then what is served is over too.</summary>
    private async Task ReceiveAsync(CancellationTokenSource life, CancellationToken connection)
    {
        await Task.Yield();
        try
        {
            await Socket.ReceiveAsync(TakeAsync, connection).ConfigureAwait(false);
        }
        catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException)
        {
            // The connection has ended without a farewell.
            Socket.Abort();
        }

        End();
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
            Socket.Abort();
        }
    }

    /// <summary>The server stops, or the client has said farewell before the end.</summary>
    private Task LeaveAsync(bool stops, CancellationToken connection) => stops
        ? SayFarewellAsync(WebSocketCloseStatus.EndpointUnavailable, "the server is shutting down", LastWords, connection)
        : SayFarewellAsync(WebSocketCloseStatus.NormalClosure, null, LastWords, connection);

    private async Task SayFarewellAsync(WebSocketCloseStatus why, string? words, TimeSpan within, CancellationToken connection)
    {
        using var limit = new CancellationTokenSource(within, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, connection);
        try
        {
            await Socket.CloseAsync(why, words, both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Socket.Abort();
        }
    }
}
