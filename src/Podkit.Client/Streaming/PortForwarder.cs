using System.Net;
using System.Net.Sockets;

namespace Podkit.Client;

/// <summary>Listens on the loopback address of this machine and forwards connections to a port of a pod, as <c>kubectl port-forward</c> does, until it is disposed.</summary>
public sealed class PortForwarder : IAsyncDisposable
{
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly Func<CancellationToken, Task<Stream>> _connect;
    private readonly TimeProvider _time;
    private readonly TcpListener _listener;
    private readonly Func<TcpListener, CancellationToken, ValueTask<Socket>> _accept;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly HashSet<Task> _connections = [];
    private readonly Task _accepting;
    private int _disposed;

    internal PortForwarder(Func<CancellationToken, Task<Stream>> connect, int localPort, TimeProvider time, Func<TcpListener, CancellationToken, ValueTask<Socket>>? accept = null)
    {
        (_connect, _time) = (connect, time);
        _accept = accept ?? ((listener, cancellationToken) => listener.AcceptSocketAsync(cancellationToken));
        _listener = new TcpListener(IPAddress.Loopback, localPort);
        _listener.Start();
        LocalPort = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    /// <summary>The port of this machine that is listened at.</summary>
    public int LocalPort { get; }

    /// <summary>Told why a connection could not be forwarded or broke. May be called by several threads; what it throws is dropped. Default: the peer only sees its connection end.</summary>
    public Action<Exception>? OnError { get; set; }

    /// <summary>Stops listening and cuts the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        await _stop.CancelAsync().ConfigureAwait(false);
        _listener.Stop();
        await _accepting.ConfigureAwait(false);
        Task[] connections;
        lock (_lock) connections = [.. _connections];
        await Task.WhenAll(connections).ConfigureAwait(false);
        _listener.Dispose();
        _stop.Dispose();
    }

    /// <summary>Ends with the forwarder only. An error such as too many open files lasts: the pauses grow until a connection comes in.</summary>
    private async Task AcceptAsync()
    {
        var pause = FirstPause;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                Serve(await _accept(_listener, _stop.Token).ConfigureAwait(false));
                pause = FirstPause;
            }
            catch (Exception e)
            {
                if (_stop.IsCancellationRequested) return;
                Report(e);
                await Task.Delay(pause, _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    /// <summary>A listener that throws must end neither the connection's task, which nobody but the disposal awaits, nor the accepting of others.</summary>
    private void Report(Exception error)
    {
        try
        {
            OnError?.Invoke(error);
        }
        catch (Exception thrown)
        {
            _ = thrown;
        }
    }

    private void Serve(Socket socket)
    {
        var task = ForwardAsync(socket);
        lock (_lock) _connections.Add(task);
        _ = task.ContinueWith(
            done =>
            {
                lock (_lock) _connections.Remove(done);
            },
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private async Task ForwardAsync(Socket socket)
    {
        await Task.Yield();
        try
        {
            var local = new NetworkStream(socket, ownsSocket: true);
            await using (local.ConfigureAwait(false))
            {
                var remote = await _connect(_stop.Token).ConfigureAwait(false);
                await using (remote.ConfigureAwait(false))
                {
                    await CopyAsync(local, remote).ConfigureAwait(false);
                }
            }
        }
        catch (Exception e)
        {
            socket.Dispose();
            if (!_stop.IsCancellationRequested) Report(e);
        }
    }

    /// <summary>
    /// Both directions until the pod has said its last. A client that has sent everything and closed its side still gets its answer; but the protocol
    /// cannot tell the pod that the side is closed, so that the wait for the answer has an end.
    /// </summary>
    private async Task CopyAsync(NetworkStream local, Stream remote)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var up = UpAsync(local, remote, stop.Token);
        var down = remote.CopyToAsync(local, stop.Token);
        try
        {
            if (await Task.WhenAny(up, down).ConfigureAwait(false) == up)
            {
                if (await up.ConfigureAwait(false)) await down.WaitAsync(Linger, _time, stop.Token).ConfigureAwait(false);
            }
        }
        catch (TimeoutException)
        {
            // The pod had nothing to say to a client that has gone.
            await stop.CancelAsync().ConfigureAwait(false);
        }
        finally
        {
            // Both have ended, and have been looked at, before anything is told.
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(up, down).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (down.IsFaulted) await down.ConfigureAwait(false);
        if (up.IsFaulted) await up.ConfigureAwait(false);
    }

    /// <summary>Whether the client has closed its side in good order.</summary>
    private static async Task<bool> UpAsync(NetworkStream local, Stream remote, CancellationToken cancellationToken)
    {
        try
        {
            await local.CopyToAsync(remote, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The other direction tells how the connection ended.
            return false;
        }
    }
}
