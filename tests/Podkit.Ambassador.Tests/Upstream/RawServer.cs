using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Podkit.Client;
using Podkit.Testing;

namespace Podkit.Ambassador.Tests.Upstream;

/// <summary>A TLS server that hands the test the bytes themselves after the head of a request.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<string, SslStream, Task> _serve;
    private Task _accepting = Task.CompletedTask;

    private RawServer(Func<string, SslStream, Task> serve) => _serve = serve;

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public KubernetesClient? Client { get; private set; }

    public static Task<RawServer> StartAsync(Func<string, SslStream, Task> serve)
    {
        var server = new RawServer(serve);
        server._listener.Start();
        server._accepting = server.AcceptAsync();
        return Task.FromResult(server);
    }

    public async Task<AmbassadorServer> AmbassadorAsync(AmbassadorOptions options, string? tokenFile = null)
    {
        Client = new KubernetesClient(new KubernetesClientConfiguration(new Uri($"https://localhost:{Port}"))
        {
            CertificateAuthorityData = _authority.Pem,
            Token = tokenFile is null ? "test-token-0123456789" : null,
            TokenFile = tokenFile,
        });
        var ambassador = new AmbassadorServer(Client, options with { Port = 0 });
        await ambassador.StartAsync();
        return ambassador;
    }

    public static string AcceptKey(string head)
    {
        var key = head.Split("\r\n").First(l => l.StartsWith("Sec-WebSocket-Key:", StringComparison.OrdinalIgnoreCase)).Split(':')[1].Trim();
#pragma warning disable CA5350 // The WebSocket handshake is defined with SHA-1.
        return Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
    }

    public static async Task<string> ReadToEndAsync(Stream stream)
    {
        var all = new MemoryStream();
        await stream.CopyToAsync(all);
        return Encoding.ASCII.GetString(all.ToArray());
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
        Client?.Dispose();
        _authority.Dispose();
    }

    private async Task AcceptAsync()
    {
        var served = new List<Task>();
        using var certificate = _authority.Server();
        try
        {
            while (true) served.Add(ServeAsync(await _listener.AcceptTcpClientAsync(), certificate));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }

        await Task.WhenAll(served);
    }

    private async Task ServeAsync(TcpClient client, System.Security.Cryptography.X509Certificates.X509Certificate2 certificate)
    {
        using (client)
        {
            await using var stream = new SslStream(client.GetStream());
            try
            {
                await stream.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate });
                var head = new StringBuilder();
                var one = new byte[1];
                while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
                {
                    await stream.ReadExactlyAsync(one);
                    head.Append((char)one[0]);
                }

                await _serve(head.ToString(), stream);
                await stream.ShutdownAsync();
            }
            catch (Exception e) when (e is IOException or InvalidOperationException)
            {
                // The ambassador has let go of the connection; the test sees that on its own side.
            }
        }
    }
}
