using Podkit.Client.Configuration;
using Podkit.Client.Tls;

namespace Podkit.Client;

/// <summary>
/// Where an API server is, how to know that it is the right one, and how to authenticate to it. There is no way to skip the verification of the
/// server's certificate: give <see cref="CertificateAuthorityFile"/> or <see cref="CertificateAuthorityData"/> instead.
/// </summary>
public sealed class KubernetesClientConfiguration
{
    /// <summary>Creates a configuration; everything but the address is given by properties.</summary>
    /// <param name="server">The address of the API server, <c>https://host:port</c>, with a path when it is behind one.</param>
    public KubernetesClientConfiguration(Uri server)
    {
        ArgumentNullException.ThrowIfNull(server);
        if (!server.IsAbsoluteUri || (server.Scheme != Uri.UriSchemeHttps && server.Scheme != Uri.UriSchemeHttp))
        {
            throw new KubernetesConfigurationException($"the server address {server} is not usable: give an absolute https:// address such as https://10.96.0.1:443");
        }

        if (server.UserInfo.Length > 0) throw new KubernetesConfigurationException("the server address contains a user name or password: remove it, and authenticate with a token or a client certificate");
        Server = server;
    }

    private KubernetesClientConfiguration(KubernetesClientConfiguration other)
    {
        Server = other.Server;
        Namespace = other.Namespace;
        Origin = other.Origin;
        Token = other.Token;
        TokenFile = other.TokenFile;
        CertificateAuthorityFile = other.CertificateAuthorityFile;
        CertificateAuthorityData = other.CertificateAuthorityData;
        ClientCertificateFile = other.ClientCertificateFile;
        ClientCertificateData = other.ClientCertificateData;
        ClientKeyFile = other.ClientKeyFile;
        ClientKeyData = other.ClientKeyData;
        TlsServerName = other.TlsServerName;
        Proxy = other.Proxy;
        Exec = other.Exec;
        DisableCompression = other.DisableCompression;
    }

    /// <summary>The address of the API server.</summary>
    public Uri Server { get; }

    /// <summary>The namespace that calls use when none is named. Default: <c>default</c>.</summary>
    public string Namespace { get; init; } = "default";

    /// <summary>Where the configuration comes from, for messages: <c>in-cluster</c>, or a kubeconfig's file and context.</summary>
    public string Origin { get; init; } = "code";

    /// <summary>A bearer token that never changes. Sent over TLS only.</summary>
    public string? Token { get; init; }

    /// <summary>A file with the bearer token, read again while the client lives. Sent over TLS only.</summary>
    public string? TokenFile { get; init; }

    /// <summary>A PEM file with the only authorities to trust; read again while the client lives. Without it and <see cref="CertificateAuthorityData"/>: the system's.</summary>
    public string? CertificateAuthorityFile { get; init; }

    /// <summary>PEM text with the only authorities to trust.</summary>
    public string? CertificateAuthorityData { get; init; }

    /// <summary>A PEM file with the client certificate, and any intermediates after it; read again while the client lives.</summary>
    public string? ClientCertificateFile { get; init; }

    /// <summary>PEM text with the client certificate, and any intermediates after it.</summary>
    public string? ClientCertificateData { get; init; }

    /// <summary>A PEM file with the client certificate's private key (EC or RSA, not encrypted).</summary>
    public string? ClientKeyFile { get; init; }

    /// <summary>PEM text with the client certificate's private key (EC or RSA, not encrypted).</summary>
    public string? ClientKeyData { get; init; }

    /// <summary>The name that the server's certificate must carry when it is not the address's host.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>A proxy to reach the server through: <c>http</c>, <c>https</c> or <c>socks5</c>. TLS to the server goes through it whole; credentials are not shown to it. Environment variables such as <c>HTTPS_PROXY</c> are not looked at.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>A program that gives the token or the client certificate, when neither is given here.</summary>
    public ExecCredentialOptions? Exec { get; init; }

    /// <summary>Whether the server is asked never to compress its answers: kubeconfig's <c>disable-compression</c>.</summary>
    public bool DisableCompression { get; init; }

    /// <summary>The same server and credentials with another namespace for calls that name none.</summary>
    /// <param name="ns">The namespace.</param>
    public KubernetesClientConfiguration WithNamespace(string ns)
    {
        ArgumentException.ThrowIfNullOrEmpty(ns);
        return new KubernetesClientConfiguration(this) { Namespace = ns };
    }

    /// <summary>The configuration of a pod: environment, mounted service account token, certificate authority and namespace.</summary>
    /// <param name="options">Where to look; the defaults are those of every pod.</param>
    /// <exception cref="KubernetesConfigurationException">Something is missing; the message says what, and what to do.</exception>
    public static KubernetesClientConfiguration InCluster(InClusterOptions? options = null)
    {
        _ = SystemAuthorities.ReadAsync();
        return InClusterLoader.Load(options ?? new InClusterOptions());
    }

    /// <summary>The configuration that a kubeconfig file describes.</summary>
    /// <param name="path">The file; default: the files of <c>KUBECONFIG</c>, else <c>~/.kube/config</c>.</param>
    /// <param name="context">The context; default: the file's current one.</param>
    /// <exception cref="KubernetesConfigurationException">The file cannot be used; the message says where and why.</exception>
    public static KubernetesClientConfiguration FromKubeConfig(string? path = null, string? context = null)
    {
        _ = SystemAuthorities.ReadAsync();
        return KubeConfigLoader.Load(path, context);
    }

    /// <summary>A kubeconfig when <c>KUBECONFIG</c> is set, else the pod's own configuration when there is one, else <c>~/.kube/config</c>.</summary>
    /// <param name="options">Where to look for a pod's configuration.</param>
    /// <exception cref="KubernetesConfigurationException">None of them can be used.</exception>
    public static KubernetesClientConfiguration Auto(InClusterOptions? options = null)
    {
        _ = SystemAuthorities.ReadAsync();
        options ??= new InClusterOptions();
        if (!string.IsNullOrEmpty(options.Environment("KUBECONFIG"))) return KubeConfigLoader.Load(null, null, options.Environment);
        if (InClusterLoader.LooksLikePod(options)) return InClusterLoader.Load(options);
        if (KubeConfigLoader.DefaultFileExists(options.Environment)) return KubeConfigLoader.Load(null, null, options.Environment);
        throw new KubernetesConfigurationException(
            $"no API server is configured: KUBECONFIG is not set, {options.ServiceAccountDirectory}/token does not exist, and there is no {KubeConfigLoader.DefaultFile(options.Environment)}");
    }
}
