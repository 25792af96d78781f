using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Podkit.Testing;

namespace Podkit.Client.Tests.Misbehaving;

/// <summary>
/// A TLS server that writes its bytes itself. Lists and watches of a model store are answered as an API server does, unless a fault waits for them, which
/// then answers instead.
/// </summary>
internal sealed class RawApiServer : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Socket, Task> _connections = new();
    private TcpListener? _listener;
    private Task _accepting = Task.CompletedTask;
    private readonly int _port = Ports.Steady();

    public RawApiServer(X509Certificate2 certificate)
    {
        Certificate = certificate;
        Start();
    }

    public X509Certificate2 Certificate { get; set; }

    public ModelStore Store { get; } = new();

    /// <summary>Faults for the next requests: a fault returns true when it has answered, false to have it answered as usual.</summary>
    public ConcurrentQueue<Func<RawExchange, Task<bool>>> Lists { get; } = new();

    public ConcurrentQueue<Func<RawExchange, Task<bool>>> Watches { get; } = new();

    /// <summary>Looks at every request before anything else.</summary>
    public Func<RawExchange, Task<bool>>? Gate { get; set; }

    public bool Streaming { get; set; } = true;

    public ConcurrentQueue<string> Requests { get; } = new();

    public Uri Address => new($"https://localhost:{_port}");

    public int OpenConnections => _connections.Count;

    public void Start()
    {
        _listener = new TcpListener(IPAddress.Loopback, _port);
        _listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _listener.Start();
        var listener = _listener;
        _accepting = Task.Run(() => AcceptAsync(listener));
    }

    /// <summary>Nothing listens any more, and what is open is reset.</summary>
    public async Task StopAsync()
    {
        _listener!.Stop();
        await _accepting;
        foreach (var (socket, task) in _connections)
        {
            Reset(socket);
            await task;
        }
    }

    /// <summary>Resets every connection.</summary>
    public void ResetAll()
    {
        foreach (var socket in _connections.Keys) Reset(socket);
    }

    public static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (ObjectDisposedException)
        {
            // It has just been closed.
        }

        socket.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await StopAsync();
        _stop.Dispose();
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                var socket = await listener.AcceptSocketAsync(_stop.Token);
                socket.NoDelay = true;
                var begun = new TaskCompletionSource();
                _connections[socket] = Task.Run(async () =>
                {
                    await begun.Task;
                    await ServeAsync(socket);
                });
                begun.SetResult();
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            await using var tls = new SslStream(new NetworkStream(socket));
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = Certificate }, _stop.Token);
            while (await ReadHeadAsync(tls) is { } head)
            {
                var lines = head.Split("\r\n");
                var target = lines[0].Split(' ')[1];
                var exchange = new RawExchange(this, socket, tls, target, lines, _stop.Token);
                Requests.Enqueue(target);
                if (!await AnswerAsync(exchange)) return;
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
        {
            // The client or the test has cut it.
        }
        finally
        {
            socket.Dispose();
            _connections.TryRemove(socket, out _);
        }
    }

    private async Task<bool> AnswerAsync(RawExchange exchange)
    {
        if (Gate is { } gate && await gate(exchange)) return !exchange.Closed;
        var faults = exchange.IsWatch ? Watches : Lists;
        if (faults.TryDequeue(out var fault) && await fault(exchange)) return !exchange.Closed;
        if (exchange.IsWatch) await exchange.WatchAsync();
        else await exchange.ListAsync();
        return !exchange.Closed;
    }

    private async Task<string?> ReadHeadAsync(SslStream tls)
    {
        var head = new StringBuilder();
        var buffer = new byte[1];
        while (await tls.ReadAsync(buffer, _stop.Token) == 1)
        {
            head.Append((char)buffer[0]);
            if (head.Length >= 4 && head[^1] == '\n' && head[^3] == '\n') return head.ToString();
        }

        return null;
    }
}
