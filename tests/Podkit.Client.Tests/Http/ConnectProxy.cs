using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Podkit.Testing;

/// <summary>An HTTP proxy that tunnels connections and keeps what it was asked first.</summary>
internal sealed class ConnectProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TaskCompletionSource<string> _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ConnectProxy()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    public Task<string> Asked => _asked.Task;

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = TunnelAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
            _asked.TrySetCanceled();
        }
    }

    private async Task TunnelAsync(TcpClient client)
    {
        try
        {
            using var near = client;
            var stream = near.GetStream();
            var asked = new StringBuilder();
            var one = new byte[1];
            while (!asked.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            {
                await stream.ReadExactlyAsync(one);
                asked.Append((char)one[0]);
            }

            _asked.TrySetResult(asked.ToString());
            var port = int.Parse(asked.ToString().Split(' ')[1].Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);
            using var far = new TcpClient();
            await far.ConnectAsync(IPAddress.Loopback, port);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray());
            await Task.WhenAny(stream.CopyToAsync(far.GetStream()), far.GetStream().CopyToAsync(stream)).Unwrap();
        }
        catch (IOException)
        {
            // One of the ends has gone.
            return;
        }
    }
}
