using System.Net;
using System.Net.Security;
using System.Text.Json.Nodes;
using Podkit.ApiServer.Authentication.Tokens;
using Podkit.ApiServer.Authorization;
using Podkit.ApiServer.Controllers;
using Podkit.ApiServer.Discovery;
using Podkit.ApiServer.Handlers;
using Podkit.ApiServer.Operations;
using Podkit.ApiServer.Pki;
using Podkit.ApiServer.Storage;
using Podkit.ApiServer.Strategies;

namespace Podkit.ApiServer.Hosting;

/// <summary>Puts a server together and starts it; what was started is stopped again when a later step fails.</summary>
internal static class ServerStart
{
    /// <summary>How often another free port is looked for, when somebody takes the last one between finding it and listening on it.</summary>
    private const int Attempts = 5;

    public static async Task<KubernetesApiServer> RunAsync(ApiServerOptions options, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var started = new Stack<Func<ValueTask>>();
            try
            {
                return await RunAsync(options, started, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                while (started.TryPop(out var undo)) await undo().ConfigureAwait(false);
                if (e is not IOException || options.Port != 0 || attempt == Attempts) throw;
            }
        }
    }

    private static async Task<KubernetesApiServer> RunAsync(ApiServerOptions options, Stack<Func<ValueTask>> started, CancellationToken cancellationToken)
    {
        options = options with { Port = Ports.Resolve(options.Port) };
        var servicePort = options.KubernetesServicePort == 0 ? options.Port : options.KubernetesServicePort;
        if (options.ListenOnServiceAddress) options = options with { AdditionalEndpoints = [.. options.AdditionalEndpoints, new IPEndPoint(options.KubernetesServiceAddress, servicePort)] };
        var certificates = Undo(started, ClusterCertificates.Create(options.Time));
        var serving = Undo(started, certificates.CreateServing(options.KubernetesServiceAddress, options.AdditionalServerNames));
        // Looking for the certificate's chain loads all of this machine's trusted roots, which takes longer than everything else here: it runs beside it.
        var context = Task.Run(() => SslStreamCertificateContext.Create(serving, null, offline: true), CancellationToken.None);
        started.Push(async () => await ((Task)context).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing));
        var stopping = Undo(started, new CancellationTokenSource());
        var store = new MemoryStore(options.HistoryLimit, options.HistoryBytes);
        var access = Undo(started, new AccessControl(certificates, store, options.Time));
        var services = Compose(options, store, access, new NamespaceDefaults(store, options.Time, certificates.AuthorityPem), stopping.Token);
        ClusterBootstrap.Run(services, servicePort);
        var controllers = ControllerHost.Start(services);
        started.Push(controllers.DisposeAsync);

        var address = new UriBuilder("https", IPAddress.Loopback.ToString(), options.Port).Uri;
        var discovery = new DiscoveryHandler(address.Authority, path => OpenId(path, access, address));
        var pipeline = new RequestPipeline(services, access.Authenticator, access.Authorizer, discovery);
        var host = await KestrelHost.StartAsync(options, certificates, await context.ConfigureAwait(false), pipeline.HandleAsync, cancellationToken).ConfigureAwait(false);
        services.Logger.Serving(address);
        return KubernetesApiServer.Of(options, certificates, serving, access, stopping, controllers, host);
    }

    private static ServerServices Compose(ApiServerOptions options, MemoryStore store, AccessControl access, NamespaceDefaults defaults, CancellationToken stopping)
    {
        var strategies = new StrategyRegistry();
        access.Register(strategies);
        KindStrategies.Register(strategies);
        var services = new ServerServices
        {
            Options = options,
            Store = store,
            Strategies = strategies,
            Addresses = new ClusterAddresses(options.ServiceCidr, store),
            NamespaceDefaults = defaults,
            Logger = options.LoggerFactory.CreateLogger("Podkit.ApiServer"),
            Time = options.Time,
            Stopping = stopping,
        };
        PodSubresources.Register(services);
        return services;
    }

    private static JsonObject? OpenId(string path, AccessControl access, Uri address) => path switch
    {
        OpenIdDocuments.ConfigurationPath => OpenIdDocuments.Configuration(ServiceAccountTokens.DefaultIssuer, address),
        OpenIdDocuments.KeysPath => OpenIdDocuments.Keys(access.SigningKeys),
        _ => null,
    };

    private static T Undo<T>(Stack<Func<ValueTask>> started, T part)
        where T : IDisposable
    {
        started.Push(() =>
        {
            part.Dispose();
            return ValueTask.CompletedTask;
        });
        return part;
    }
}
