using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Podkit.Client.Credentials;
using Podkit.Client.Http;
using Podkit.Client.Resources;
using Podkit.Client.Tls;
using Podkit.Model;
using Podkit.Model.Core.V1;
using Podkit.Model.Meta.V1;

namespace Podkit.Client;

/// <summary>A Kubernetes API server, verified and authenticated to. Safe for use by many threads; make one and keep it.</summary>
public sealed class KubernetesClient : IDisposable, IAsyncDisposable
{
    private readonly ExecCredentialPlugin? _plugin;
    private readonly TokenSource? _tokens;
    private readonly ApiTransport _transport;

    /// <summary>Creates a client; nothing is sent yet.</summary>
    /// <param name="configuration">Where the server is and how to authenticate.</param>
    /// <param name="options">How the client behaves.</param>
    public KubernetesClient(KubernetesClientConfiguration configuration, KubernetesClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        Configuration = configuration;
        Options = options ?? new KubernetesClientOptions();
        Options.Validate();
        if (configuration.Server.Scheme == Uri.UriSchemeHttps) _ = SystemAuthorities.ReadAsync();
        _plugin = configuration.Exec is { } exec ? new ExecCredentialPlugin(exec, configuration, Options) : null;
        _tokens = TokenSource.For(configuration, Options, _plugin);
        _transport = new ApiTransport(configuration, Options, _plugin, forward: false);
        Api = new ApiInvoker(configuration, Options, new AuthenticatingHandler(_tokens, Options.Logger, _transport));
        Discovery = new DiscoveryClient(Api);
    }

    /// <summary>A client of the pod's own cluster: the address of the environment (else <c>https://kubernetes.default.svc</c>), the mounted token and authority.</summary>
    /// <param name="options">How the client behaves.</param>
    /// <exception cref="KubernetesConfigurationException">Something is missing; the message says what, and what to do.</exception>
    public static KubernetesClient InCluster(KubernetesClientOptions? options = null) => new(KubernetesClientConfiguration.InCluster(), options);

    /// <summary>A client of the cluster that a kubeconfig names, by kubectl's rules.</summary>
    /// <param name="path">The file; default: the files of <c>KUBECONFIG</c>, merged, else <c>~/.kube/config</c>.</param>
    /// <param name="context">The context; default: the current one.</param>
    /// <param name="options">How the client behaves.</param>
    /// <exception cref="KubernetesConfigurationException">The file cannot be used; the message says where and why.</exception>
    public static KubernetesClient FromKubeConfig(string? path = null, string? context = null, KubernetesClientOptions? options = null) =>
        new(KubernetesClientConfiguration.FromKubeConfig(path, context), options);

    /// <summary>The same program on a laptop and in a pod: a kubeconfig when <c>KUBECONFIG</c> is set, else the pod's own configuration, else <c>~/.kube/config</c>.</summary>
    /// <param name="options">How the client behaves.</param>
    /// <exception cref="KubernetesConfigurationException">None of them can be used.</exception>
    public static KubernetesClient Auto(KubernetesClientOptions? options = null) => new(KubernetesClientConfiguration.Auto(), options);

    /// <summary>Where the server is and how the client authenticates.</summary>
    public KubernetesClientConfiguration Configuration { get; }

    /// <summary>How the client behaves.</summary>
    public KubernetesClientOptions Options { get; }

    /// <summary>The namespace that calls use when none is named.</summary>
    public string Namespace => Configuration.Namespace;

    /// <summary>The resource <c>pods</c>.</summary>
    public ResourceClient<Pod> Pods => Resource<Pod>();

    /// <summary>The resource <c>nodes</c>.</summary>
    public ResourceClient<Model.Core.V1.Node> Nodes => Resource<Model.Core.V1.Node>();

    /// <summary>The resource <c>namespaces</c>.</summary>
    public ResourceClient<Namespace> Namespaces => Resource<Namespace>();

    /// <summary>The resource <c>configmaps</c>.</summary>
    public ResourceClient<ConfigMap> ConfigMaps => Resource<ConfigMap>();

    /// <summary>The resource <c>secrets</c>.</summary>
    public ResourceClient<Secret> Secrets => Resource<Secret>();

    /// <summary>The resource <c>services</c>.</summary>
    public ResourceClient<Service> Services => Resource<Service>();

    /// <summary>The resource <c>serviceaccounts</c>.</summary>
    public ResourceClient<ServiceAccount> ServiceAccounts => Resource<ServiceAccount>();

    /// <summary>The resource <c>events</c> of the core group.</summary>
    public ResourceClient<Event> Events => Resource<Event>();

    /// <summary>The resource <c>leases</c>.</summary>
    public ResourceClient<Model.Coordination.V1.Lease> Leases => Resource<Model.Coordination.V1.Lease>();

    /// <summary>The resources that the server has; read when first asked for, and kept.</summary>
    public DiscoveryClient Discovery { get; }

    internal ApiInvoker Api { get; }

    /// <summary>The resource of a type.</summary>
    /// <typeparam name="T">The type of its objects.</typeparam>
    public ResourceClient<T> Resource<T>()
        where T : class, IResource<T> => new(this, new ResourceScope(T.ResourceKind, Namespace), TypedCodec.Of<T>());

    /// <summary>A resource of a type of the program's own, such as that of a CustomResourceDefinition, read and written by its source-generated metadata.</summary>
    /// <typeparam name="T">The type of its objects: a class with <c>apiVersion</c>, <c>kind</c> and <c>metadata</c>.</typeparam>
    /// <param name="kind">The resource, such as <c>new ResourceKind("example.com", "v1", "widgets", "Widget")</c>.</param>
    /// <param name="json">The type's JSON metadata, such as <c>MyJsonContext.Default.Widget</c>.</param>
    public ResourceClient<T> Resource<T>(ResourceKind kind, JsonTypeInfo<T> json)
        where T : class, IKubernetesObject
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentNullException.ThrowIfNull(json);
        return new ResourceClient<T>(this, new ResourceScope(kind, Namespace), new TypedCodec<T>(kind, () => json));
    }

    /// <summary>A resource by its entry in a table of kinds; its objects are JSON documents.</summary>
    /// <param name="kind">The resource.</param>
    public DynamicResourceClient Resource(ResourceKind kind)
    {
        ArgumentNullException.ThrowIfNull(kind);
        return new DynamicResourceClient(this, new ResourceScope(kind, Namespace));
    }

    /// <summary>A resource by the name that kubectl takes, looked up by discovery: <c>pods</c>, <c>deploy</c>, <c>deployments.apps</c>, <c>Deployment.v1.apps</c>, <c>apps/v1/deployments</c>.</summary>
    /// <param name="name">The name; letters of either case.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="KubernetesException">The server has no such resource (<see cref="KubernetesException.IsNotFound"/>).</exception>
    public async Task<DynamicResourceClient> ResourceAsync(string name, CancellationToken cancellationToken = default) => Resource(await Discovery.GetAsync(name, cancellationToken).ConfigureAwait(false));

    /// <summary>The resource of a kind, as a document names it, looked up by discovery.</summary>
    /// <param name="apiVersion">Such as <c>v1</c> or <c>apps/v1</c>.</param>
    /// <param name="kind">Such as <c>Deployment</c>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="KubernetesException">The server has no such kind (<see cref="KubernetesException.IsNotFound"/>).</exception>
    public async Task<DynamicResourceClient> ResourceAsync(string apiVersion, string kind, CancellationToken cancellationToken = default) =>
        Resource(await Discovery.GetKindAsync(apiVersion, kind, cancellationToken).ConfigureAwait(false));

    /// <summary>Reads a path that is not a resource, such as <c>/healthz</c>.</summary>
    /// <param name="path">The path, with a query if need be, escaped.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<string> GetTextAsync(string path, CancellationToken cancellationToken = default) =>
        Api.CallAsync(new ApiCall(HttpMethod.Get, Rooted(path)) { Accept = "*/*" }, body => Encoding.UTF8.GetString(body), cancellationToken);

    /// <summary>Reads a path that answers in JSON, such as <c>/apis</c>.</summary>
    /// <inheritdoc cref="GetTextAsync"/>
    public Task<JsonNode> GetJsonAsync(string path, CancellationToken cancellationToken = default) =>
        Api.CallAsync(new ApiCall(HttpMethod.Get, Rooted(path)), body => JsonNode.Parse(body, null, new JsonDocumentOptions { MaxDepth = 256 }) ?? throw new JsonException("expected a document"), cancellationToken);

    /// <summary>The version of the server.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<VersionInfo> GetVersionAsync(CancellationToken cancellationToken = default) => Api.CallAsync(
        new ApiCall(HttpMethod.Get, "/version"), body => JsonSerializer.Deserialize(body, KubernetesJson.Default.MetaV1VersionInfo) ?? throw new JsonException("expected a version"), cancellationToken);

    /// <summary>
    /// A handler that adds the credentials and verifies the server, for programs that forward requests. It has connections of its own, follows no
    /// redirects, keeps no cookies and adds no other header. A request that carries an Authorization header already is sent as it is.
    /// The client must outlive it.
    /// </summary>
    public HttpMessageHandler CreateHandler() => new AuthenticatingHandler(_tokens, Options.Logger, new ApiTransport(Configuration, Options, _plugin, forward: true));

    /// <summary>A verified connection to the server, for HTTP/1.1 messages that become something else, such as an upgrade. The caller owns it.</summary>
    /// <param name="keepAlive">After how much silence the peer is asked whether it is still there; default: 30 seconds.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<Stream> ConnectAsync(TimeSpan? keepAlive = null, CancellationToken cancellationToken = default) => _transport.ConnectAsync(keepAlive, cancellationToken);

    /// <summary>The bearer token to send now, or null when the client has none; for what <see cref="ConnectAsync"/> is used for. Never print it.</summary>
    /// <param name="refused">A token that the server has just refused, if any: it is read again.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async ValueTask<string?> GetTokenAsync(string? refused = null, CancellationToken cancellationToken = default)
    {
        if (_tokens is null) return null;
        if (refused is null) return (await _tokens.GetAsync(cancellationToken).ConfigureAwait(false)).Token;
        return (await _tokens.RenewAsync(new Credential(refused), cancellationToken).ConfigureAwait(false))?.Token;
    }

    /// <summary>Reads the credentials and authorities as a call would.</summary>
    /// <returns>What is wrong with them although the last good ones still serve; null when nothing is.</returns>
    internal async Task<string?> CheckCredentialsAsync(CancellationToken cancellationToken)
    {
        if (_tokens is not null) _ = await _tokens.GetAsync(cancellationToken).ConfigureAwait(false);
        return await _transport.CheckMaterialAsync(cancellationToken).ConfigureAwait(false) ?? _tokens?.Problem;
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => Api.Dispose();

    /// <summary>Closes the connections.</summary>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private static string Rooted(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return path[0] == '/' ? path : throw new ArgumentException($"the path \"{path}\" must begin with a slash", nameof(path));
    }
}
