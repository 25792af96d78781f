using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Podkit.ApiServer.Authorization;
using Podkit.ApiServer.Pki;
using Podkit.ApiServer.Storage;

namespace Podkit.ApiServer.Hosting;

/// <summary>What of a server outlives a restart: its objects, its certificates, its keys, its port.</summary>
internal sealed class ServerState : IAsyncDisposable
{
    private readonly X509Certificate2 serving;

    /// <param name="options">How the server is set up, its port found.</param>
    public ServerState(ApiServerOptions options)
    {
        Options = options;
        Certificates = ClusterCertificates.Create(options.Time);
        serving = Certificates.CreateServing(options.KubernetesServiceAddress, options.AdditionalServerNames);
        // Looking for the certificate's chain loads all of this machine's trusted roots, which takes longer than everything else here: it runs beside it.
        Serving = Task.Run(() => SslStreamCertificateContext.Create(serving, null, offline: true), CancellationToken.None);
        Store = new MemoryStore(options.HistoryLimit, options.HistoryBytes);
        Access = new AccessControl(Certificates, Store, options.Time);
    }

    public ApiServerOptions Options { get; }

    public ClusterCertificates Certificates { get; }

    /// <summary>The certificate that the server shows.</summary>
    public Task<SslStreamCertificateContext> Serving { get; }

    public MemoryStore Store { get; }

    public AccessControl Access { get; }

    /// <summary>Where the server is reached.</summary>
    public Uri Address => new UriBuilder("https", IPAddress.Loopback.ToString(), Options.Port).Uri;

    /// <summary>The port of the Service <c>default/kubernetes</c>.</summary>
    public int ServicePort => Options.KubernetesServicePort == 0 ? Options.Port : Options.KubernetesServicePort;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await ((Task)Serving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Access.Dispose();
        serving.Dispose();
        Certificates.Dispose();
    }
}
