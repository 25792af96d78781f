using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Podkit.ApiServer.Tests.Hosting;

/// <summary>A server of its own for a test, with a client that is its admin and one that has only a token.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly X509Certificate2Collection trust = [];

    private TestServer(KubernetesApiServer server)
    {
        Server = server;
        trust.ImportFromPem(server.CertificateAuthority);
        Admin = Client(server.AdminKubeconfig);
        Bearer = Client(null);
    }

    public KubernetesApiServer Server { get; }

    /// <summary>Sends the admin's client certificate.</summary>
    public HttpClient Admin { get; }

    /// <summary>Sends no certificate.</summary>
    public HttpClient Bearer { get; }

    public static async Task<TestServer> StartAsync(ApiServerOptions? options = null) =>
        new(await KubernetesApiServer.StartAsync((options ?? new ApiServerOptions()) with { ListenOnServiceAddress = false }));

    /// <summary>Sends JSON as the admin and returns the status and the body.</summary>
    public async Task<(HttpStatusCode Code, JsonObject Body)> SendAsync(string method, string path, string? body = null, string contentType = "application/json")
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        using var response = await Admin.SendAsync(request);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject());
    }

    /// <summary>Opens a stream as the admin.</summary>
    public async Task<StreamReader> OpenAsync(string path)
    {
        var response = await Admin.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
        return new StreamReader(await response.EnsureSuccessStatusCode().Content.ReadAsStreamAsync());
    }

    public async ValueTask DisposeAsync()
    {
        Admin.Dispose();
        Bearer.Dispose();
        await Server.DisposeAsync();
    }

    private HttpClient Client(string? kubeconfig)
    {
        var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck },
            },
        };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(trust);
        if (kubeconfig is not null) handler.SslOptions.ClientCertificates = [X509Certificate2.CreateFromPem(Material(kubeconfig, "client-certificate-data"), Material(kubeconfig, "client-key-data"))];
        return new HttpClient(handler) { BaseAddress = Server.Address, Timeout = TimeSpan.FromSeconds(60) };
    }

    private static string Material(string kubeconfig, string key) =>
        Encoding.UTF8.GetString(Convert.FromBase64String(Regex.Match(kubeconfig, key + ": (\\S+)").Groups[1].Value));
}
