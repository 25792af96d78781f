using System.Net;
using System.Net.Sockets;
using Podkit.ApiServer;
using Podkit.Client;

namespace Podkit.LocalCluster.Tests.Watching;

/// <summary>The embedded API server with nothing else, and a way to it that can be cut.</summary>
internal sealed class EmbeddedServer : IAsyncDisposable
{
    private readonly KubernetesApiServer _server;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly List<Socket> _sockets = [];
    private readonly List<Task> _tasks = [];
    private readonly Task _accepting;

    private EmbeddedServer(KubernetesApiServer server)
    {
        _server = server;
        Direct = new KubernetesClient(Kubeconfig.Read(server.AdminKubeconfig));
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>A client that is never cut.</summary>
    public KubernetesClient Direct { get; }

    public static async Task<EmbeddedServer> StartAsync(int historyLimit = 20_000) =>
        new(await KubernetesApiServer.StartAsync(new ApiServerOptions { ListenOnServiceAddress = false, HistoryLimit = historyLimit }));

    /// <summary>A client whose connections go over what <see cref="Cut"/> cuts.</summary>
    public KubernetesClient CreateClient()
    {
        var direct = Direct.Configuration;
        return new KubernetesClient(new KubernetesClientConfiguration(new Uri($"https://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}"))
        {
            CertificateAuthorityData = direct.CertificateAuthorityData,
            ClientCertificateData = direct.ClientCertificateData,
            ClientKeyData = direct.ClientKeyData,
            TlsServerName = direct.TlsServerName,
        });
    }

    /// <summary>Resets every connection, wherever it is in what it says.</summary>
    public void Cut()
    {
        lock (_lock)
        {
            foreach (var socket in _sockets)
            {
                try
                {
                    socket.LingerState = new LingerOption(true, 0);
                }
                catch (ObjectDisposedException)
                {
                    // It has been closed already.
                }

                socket.Dispose();
            }

            _sockets.Clear();
        }
    }

    /// <summary>Stops the server and starts it again with its objects; connections and the history of writes are gone.</summary>
    public Task RestartAsync() => _server.RestartAsync();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        Cut();
        await _accepting;
        await Task.WhenAll(_tasks);
        Direct.Dispose();
        await _server.DisposeAsync();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_stop.Token);
                var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    await server.ConnectAsync(IPAddress.Loopback, _server.Address.Port, _stop.Token);
                }
                catch (SocketException)
                {
                    // The server is being restarted.
                }

                // Refused there, refused here. A port where nobody listens may be the very one that the connecting end was given: it is connected to itself then, and takes the port.
                if (!server.Connected || server.LocalEndPoint!.Equals(server.RemoteEndPoint))
                {
                    client.Close(0);
                    server.Dispose();
                    continue;
                }

                client.NoDelay = true;
                lock (_lock) _sockets.AddRange([client, server]);
                _tasks.Add(Task.WhenAll(PumpAsync(client, server), PumpAsync(server, client)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Stopped.
        }
    }

    private static async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[4096];
        try
        {
            int read;
            while ((read = await from.ReceiveAsync(buffer)) > 0)
            {
                for (var sent = 0; sent < read;) sent += await to.SendAsync(buffer.AsMemory(sent, read - sent));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Cut.
        }
        finally
        {
            from.Dispose();
            to.Dispose();
        }
    }
}
