using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Podkit.Client;
using Podkit.Testing;

namespace Podkit.Ambassador.Tests;

/// <summary>An API server that answers as the test says, and an ambassador before it.</summary>
internal sealed class Harness : IAsyncDisposable
{
    private readonly TestAuthority _authority = new();

    private Harness()
    {
    }

    public FakeApiServer Server { get; private set; } = null!;

    public KubernetesClient Client { get; private set; } = null!;

    public AmbassadorServer Ambassador { get; private set; } = null!;

    public HttpClient Http { get; private set; } = null!;

    public int Port => int.Parse(Ambassador.Address.Split(':')[^1], CultureInfo.InvariantCulture);

    public static async Task<Harness> StartAsync(RequestDelegate answer, AmbassadorOptions? options = null, string? tokenFile = null, string serverPath = "")
    {
        var harness = new Harness();
        harness.Server = await FakeApiServer.StartAsync(harness._authority.Server(), answer);
        harness.Client = new KubernetesClient(new KubernetesClientConfiguration(new Uri(harness.Server.Address, serverPath))
        {
            CertificateAuthorityData = harness._authority.Pem,
            Token = tokenFile is null ? "pod-token" : null,
            TokenFile = tokenFile,
        });
        harness.Ambassador = new AmbassadorServer(harness.Client, (options ?? new AmbassadorOptions()) with { Port = 0 });
        await harness.Ambassador.StartAsync();
        if (harness.Ambassador.Address.StartsWith('/')) return harness;
        harness.Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = new Uri($"http://{harness.Ambassador.Address}") };
        return harness;
    }

    /// <summary>Sends bytes and reads until the ambassador closes the connection.</summary>
    public async Task<string> RawAsync(string text)
    {
        using var socket = await ConnectAsync();
        await socket.SendAsync(Encoding.Latin1.GetBytes(text));
        using var reader = new StreamReader(new NetworkStream(socket), Encoding.Latin1);
        return await reader.ReadToEndAsync();
    }

    public async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, Port);
        return socket;
    }

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        await Ambassador.DisposeAsync();
        Client.Dispose();
        await Server.DisposeAsync();
        _authority.Dispose();
    }
}
