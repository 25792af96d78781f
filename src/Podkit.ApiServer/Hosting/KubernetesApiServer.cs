using Podkit.ApiServer.Hosting;

namespace Podkit.ApiServer;

/// <summary>A Kubernetes API server in this process. Disposing it stops it.</summary>
public sealed class KubernetesApiServer : IAsyncDisposable
{
    private const int PortAttempts = 50;
    private static readonly TimeSpan PortDelay = TimeSpan.FromMilliseconds(100);

    private readonly ServerState state;
    private readonly SemaphoreSlim gate = new(1, 1);
    private ServerRun? run;
    private bool disposed;

    private KubernetesApiServer(ServerState state, ServerRun run)
    {
        this.state = state;
        this.run = run;
        AdminKubeconfig = CreateKubeconfig("kubernetes-admin", "system:masters");
    }

    /// <summary>Starts a server; it answers when the task has completed.</summary>
    /// <param name="options">How it is set up.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="IOException">A port is taken; the message names it.</exception>
    public static async Task<KubernetesApiServer> StartAsync(ApiServerOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        var (state, run) = await ServerStart.RunAsync(options, cancellationToken).ConfigureAwait(false);
        return new KubernetesApiServer(state, run);
    }

    /// <summary>How the server was set up.</summary>
    public ApiServerOptions Options => state.Options;

    /// <summary>Where it is reached: <c>https://127.0.0.1:PORT</c>.</summary>
    public Uri Address => state.Address;

    /// <summary>The certificate of its authority, as PEM.</summary>
    public string CertificateAuthority => state.Certificates.AuthorityPem;

    /// <summary>A kubeconfig with a client certificate of a user in <c>system:masters</c>. It is secret.</summary>
    public string AdminKubeconfig { get; }

    /// <summary>A kubeconfig with a new client certificate of that user and those groups. It is secret.</summary>
    /// <param name="user">Such as <c>system:node:NAME</c>.</param>
    /// <param name="groups">Such as <c>system:nodes</c>.</param>
    public string CreateKubeconfig(string user, params IReadOnlyList<string> groups) =>
        KubeconfigFile.Render(Address, state.Certificates.AuthorityPem, user, state.Certificates.CreateClient(user, groups));

    /// <summary>
    /// Stops the server and starts it again with its objects, at the same address, with the same certificates and keys, as when a kube-apiserver is
    /// restarted: connections end, and for a moment nothing answers; the history of writes is gone, so who watches from an older version is told that it
    /// has expired (410) and lists anew. For tests of what an app does then.
    /// </summary>
    /// <param name="cancellationToken">Gives up starting; the server is stopped then.</param>
    /// <exception cref="IOException">Somebody else has taken a port meanwhile. The server is stopped; it can be tried again.</exception>
    public async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            if (run is not null) await run.DisposeAsync().ConfigureAwait(false);
            run = null;
            state.Store.ForgetHistory();
            run = await StartAgainAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Starts at the port that was left. A client that tries to connect meanwhile may be given it for its own end, and gives it back soon.</summary>
    private async Task<ServerRun> StartAgainAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await ServerRun.StartAsync(state, isFirst: false, cancellationToken).ConfigureAwait(false);
            }
            catch (IOException) when (attempt < PortAttempts)
            {
                await Task.Delay(PortDelay, Options.Time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await gate.WaitAsync().ConfigureAwait(false);
        try
        {
            if (disposed) return;
            disposed = true;
            if (run is not null) await run.DisposeAsync().ConfigureAwait(false);
            await state.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            gate.Release();
        }
    }
}
