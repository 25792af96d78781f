using System.Net;
using System.Security.Cryptography.X509Certificates;
using Podkit.ApiServer.Authorization;
using Podkit.ApiServer.Controllers;
using Podkit.ApiServer.Hosting;
using Podkit.ApiServer.Pki;

namespace Podkit.ApiServer;

/// <summary>A Kubernetes API server in this process. Disposing it stops it.</summary>
public sealed class KubernetesApiServer : IAsyncDisposable
{
    private readonly ClusterCertificates certificates;
    private readonly X509Certificate2 serving;
    private readonly AccessControl access;
    private readonly CancellationTokenSource stopping;
    private readonly ControllerHost controllers;
    private readonly KestrelHost host;
    private int disposed;

    private KubernetesApiServer(
        ApiServerOptions options, ClusterCertificates certificates, X509Certificate2 serving, AccessControl access, CancellationTokenSource stopping, ControllerHost controllers, KestrelHost host)
    {
        Options = options;
        this.certificates = certificates;
        this.serving = serving;
        this.access = access;
        this.stopping = stopping;
        this.controllers = controllers;
        this.host = host;
        Address = new UriBuilder("https", IPAddress.Loopback.ToString(), host.Port).Uri;
        AdminKubeconfig = CreateKubeconfig("kubernetes-admin", "system:masters");
    }

    /// <summary>Starts a server; it answers when the task has completed.</summary>
    /// <param name="options">How it is set up.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="IOException">A port is taken; the message names it.</exception>
    public static Task<KubernetesApiServer> StartAsync(ApiServerOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        return ServerStart.RunAsync(options, cancellationToken);
    }

    /// <summary>How the server was set up.</summary>
    public ApiServerOptions Options { get; }

    /// <summary>Where it is reached: <c>https://127.0.0.1:PORT</c>.</summary>
    public Uri Address { get; }

    /// <summary>The certificate of its authority, as PEM.</summary>
    public string CertificateAuthority => certificates.AuthorityPem;

    /// <summary>A kubeconfig with a client certificate of a user in <c>system:masters</c>. It is secret.</summary>
    public string AdminKubeconfig { get; }

    /// <summary>A kubeconfig with a new client certificate of that user and those groups. It is secret.</summary>
    /// <param name="user">Such as <c>system:node:NAME</c>.</param>
    /// <param name="groups">Such as <c>system:nodes</c>.</param>
    public string CreateKubeconfig(string user, params IReadOnlyList<string> groups) =>
        KubeconfigFile.Render(Address, certificates.AuthorityPem, user, certificates.CreateClient(user, groups));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0) return;
        await stopping.CancelAsync().ConfigureAwait(false);
        await host.DisposeAsync().ConfigureAwait(false);
        await controllers.DisposeAsync().ConfigureAwait(false);
        stopping.Dispose();
        access.Dispose();
        serving.Dispose();
        certificates.Dispose();
    }

    internal static KubernetesApiServer Of(
        ApiServerOptions options, ClusterCertificates certificates, X509Certificate2 serving, AccessControl access, CancellationTokenSource stopping, ControllerHost controllers, KestrelHost host) =>
        new(options, certificates, serving, access, stopping, controllers, host);
}
