using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Podkit.ApiServer.Pki;

namespace Podkit.ApiServer.Hosting;

/// <summary>Listens: Kestrel with TLS, HTTP/1.1 and HTTP/2, and client certificates for whoever has one.</summary>
internal sealed class KestrelHost : IAsyncDisposable
{
    private readonly WebApplication application;

    private KestrelHost(WebApplication application, int port)
    {
        this.application = application;
        Port = port;
    }

    /// <summary>The port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>Who ends the host: nobody but its owner.</summary>
    internal IHostLifetime Lifetime => application.Services.GetRequiredService<IHostLifetime>();

    /// <exception cref="IOException">A port is taken.</exception>
    public static async Task<KestrelHost> StartAsync(ApiServerOptions options, ClusterCertificates certificates, SslStreamCertificateContext serving, RequestDelegate handler, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(options.LoggerFactory);
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, options, certificates, serving));
        var application = builder.Build();
        application.Run(handler);
        try
        {
            await application.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await application.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        var addresses = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        return new KestrelHost(application, new Uri(addresses.First()).Port);
    }

    public async ValueTask DisposeAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await application.StopAsync(soon.Token).ConfigureAwait(false);
        await application.DisposeAsync().ConfigureAwait(false);
    }

    private static void Configure(KestrelServerOptions kestrel, ApiServerOptions options, ClusterCertificates certificates, SslStreamCertificateContext serving)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = options.RequestBodyLimit;
        kestrel.Limits.MaxConcurrentConnections = 10_000;
        kestrel.Limits.MaxConcurrentUpgradedConnections = 1000;

        // The command of an exec stands in the query.
        kestrel.Limits.MaxRequestLineSize = 256 * 1024;
        kestrel.Limits.Http2.MaxStreamsPerConnection = 1000;
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Listen(IPAddress.Loopback, options.Port, Tls);
        foreach (var endpoint in options.AdditionalEndpoints) kestrel.Listen(endpoint, Tls);

        void Tls(ListenOptions listen)
        {
            listen.Protocols = HttpProtocols.Http1AndHttp2;
            listen.UseHttps(new HttpsConnectionAdapterOptions
            {
                ServerCertificateSelector = (_, _) => serving.TargetCertificate,
                SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                ClientCertificateMode = ClientCertificateMode.AllowCertificate,
                OnAuthenticate = (_, tls) =>
                {
                    // Given a certificate alone, every handshake would look for its chain again.
                    tls.ServerCertificateSelectionCallback = null;
                    tls.ServerCertificateContext = serving;
                    tls.CertificateChainPolicy = certificates.ClientPolicy();
                },
            });
        }
    }
}
