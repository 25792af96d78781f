using System.Net;
using System.Net.Sockets;

namespace Podkit.Client;

/// <summary>Listens on the loopback address of this machine and forwards connections to a port of a pod, as <c>kubectl port-forward</c> does, until it is disposed.</summary>
public sealed class PortForwarder : IAsyncDisposable
{
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(30);

    private readonly Func<CancellationToken, Task<Stream>> _connect;
    private readonly TimeProvider _time;
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly HashSet<Task> _connections = [];
    private readonly Task _accepting;
    private int _disposed;

    internal PortForwarder(Func<CancellationToken, Task<Stream>> connect, int localPort, TimeProvider time)
    {
        (_connect, _time) = (connect, time);
        _listener = new TcpListener(IPAddress.Loopback, localPort);
        _listener.Start();
        LocalPort = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    /// <summary>The port of this machine that is listened at.</summary>
    public int LocalPort { get; }

    /// <summary>Told why a connection could not be forwarded or broke. May be called by several threads. Default: the peer only sees its connection end.</summary>
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

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token).ConfigureAwait(false);
                Serve(socket);
            }
            catch (Exception e) when (_stop.IsCancellationRequested && e is (OperationCanceledException or InvalidOperationException or SocketException))
            {
                return;
            }
            catch (SocketException e)
            {
                OnError?.Invoke(e);
            }
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
        catch (Exception e) when (e is KubernetesException or KubernetesConnectionException or IOException or SocketException or ObjectDisposedException)
        {
            if (!_stop.IsCancellationRequested) OnError?.Invoke(e);
        }
        catch (OperationCanceledException)
        {
            // The forwarder has been disposed.
            socket.Dispose();
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
            if (up.IsCompleted || down.IsCompleted) await stop.CancelAsync().ConfigureAwait(false);
            await up.ConfigureAwait(false);
            await EndedAsync(down).ConfigureAwait(false);
        }
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

    private static async Task EndedAsync(Task down)
    {
        try
        {
            await down.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The client went first, or the forwarder is being disposed.
        }
    }
}
