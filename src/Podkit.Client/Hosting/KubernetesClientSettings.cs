namespace Podkit.Client;

/// <summary>
/// The settings of a client as a configuration section holds them, such as <c>"Kubernetes": { "Source": "InCluster", "RequestTimeout": "00:00:10" }</c>.
/// What is not set has the default that <see cref="KubernetesClientOptions"/> documents. Tokens have no setting: name a file.
/// </summary>
public sealed class KubernetesClientSettings
{
    /// <summary>Where the configuration comes from. Default: <see cref="KubernetesClientSource.Auto"/>.</summary>
    public KubernetesClientSource Source { get; set; }

    /// <summary>The kubeconfig file; null for kubectl's rules (<c>KUBECONFIG</c>, then <c>~/.kube/config</c>).</summary>
    public string? KubeConfig { get; set; }

    /// <summary>The context of the kubeconfig; null for its current one.</summary>
    public string? Context { get; set; }

    /// <summary>The namespace that calls use when none is named; null for the configuration's own.</summary>
    public string? Namespace { get; set; }

    /// <summary>The address of the API server, for <see cref="KubernetesClientSource.Explicit"/>.</summary>
    public string? Server { get; set; }

    /// <summary>A PEM file with the only authorities to trust, for <see cref="KubernetesClientSource.Explicit"/>; null for the system's.</summary>
    public string? CertificateAuthorityFile { get; set; }

    /// <summary>A file with the bearer token, for <see cref="KubernetesClientSource.Explicit"/>.</summary>
    public string? TokenFile { get; set; }

    /// <summary>A PEM file with the client certificate, for <see cref="KubernetesClientSource.Explicit"/>.</summary>
    public string? ClientCertificateFile { get; set; }

    /// <summary>A PEM file with the client certificate's key, for <see cref="KubernetesClientSource.Explicit"/>.</summary>
    public string? ClientKeyFile { get; set; }

    /// <summary>The name that the server's certificate must carry when it is not the address's host, for <see cref="KubernetesClientSource.Explicit"/>.</summary>
    public string? TlsServerName { get; set; }

    /// <summary>How the client names itself; null for the default.</summary>
    public string? UserAgent { get; set; }

    /// <summary>The field manager of server-side apply; null for the default.</summary>
    public string? FieldManager { get; set; }

    /// <summary>How long a call may take; null for the default.</summary>
    public TimeSpan? RequestTimeout { get; set; }

    /// <summary>How long a connection may take to come to be; null for the default.</summary>
    public TimeSpan? ConnectTimeout { get; set; }

    /// <summary>How often a call is sent again because the server asks for it; null for the default.</summary>
    public int? MaximumRetries { get; set; }

    /// <summary>The most requests that the client itself sends in a second; null for no limit.</summary>
    public double? RequestsPerSecond { get; set; }

    /// <summary>How many requests it may send at once after a pause; null for twice <see cref="RequestsPerSecond"/>.</summary>
    public int? RequestBurst { get; set; }

    internal KubernetesClientConfiguration ToConfiguration()
    {
        var configuration = Source switch
        {
            KubernetesClientSource.Auto when KubeConfig is null && Context is null => KubernetesClientConfiguration.Auto(),
            KubernetesClientSource.InCluster => KubernetesClientConfiguration.InCluster(),
            KubernetesClientSource.Explicit => Explicit(),
            _ => KubernetesClientConfiguration.FromKubeConfig(KubeConfig, Context),
        };
        return string.IsNullOrEmpty(Namespace) ? configuration : configuration.WithNamespace(Namespace);
    }

    internal KubernetesClientOptions ToOptions(KubernetesClientOptions defaults) => defaults with
    {
        UserAgent = UserAgent ?? defaults.UserAgent,
        FieldManager = FieldManager ?? defaults.FieldManager,
        RequestTimeout = RequestTimeout ?? defaults.RequestTimeout,
        ConnectTimeout = ConnectTimeout ?? defaults.ConnectTimeout,
        MaximumRetries = MaximumRetries ?? defaults.MaximumRetries,
        RateLimit = RequestsPerSecond is { } rate ? new RateLimitOptions(rate, RequestBurst ?? (int)Math.Max(1, Math.Ceiling(rate * 2))) : defaults.RateLimit,
    };

    private KubernetesClientConfiguration Explicit()
    {
        if (string.IsNullOrEmpty(Server)) throw new KubernetesConfigurationException("KubernetesClientSettings.Server is missing: with the source Explicit it must be the address of the API server, such as https://10.96.0.1:443");
        if (!Uri.TryCreate(Server, UriKind.Absolute, out var server)) throw new KubernetesConfigurationException("KubernetesClientSettings.Server is not an address: give one such as https://10.96.0.1:443");
        return new KubernetesClientConfiguration(server)
        {
            Origin = "settings",
            CertificateAuthorityFile = CertificateAuthorityFile,
            TokenFile = TokenFile,
            ClientCertificateFile = ClientCertificateFile,
            ClientKeyFile = ClientKeyFile,
            TlsServerName = TlsServerName,
        };
    }
}
