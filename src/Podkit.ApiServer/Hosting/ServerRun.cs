using System.Text.Json.Nodes;
using Podkit.ApiServer.Authentication.Tokens;
using Podkit.ApiServer.Authorization;
using Podkit.ApiServer.Controllers;
using Podkit.ApiServer.Discovery;
using Podkit.ApiServer.Handlers;
using Podkit.ApiServer.Operations;
using Podkit.ApiServer.Strategies;

namespace Podkit.ApiServer.Hosting;

/// <summary>A server from its start to its stop or restart: what listens, what watches, what works in the background.</summary>
internal sealed class ServerRun : IAsyncDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private ControllerHost? controllers;
    private KestrelHost? host;

    private ServerRun()
    {
    }

    /// <summary>Starts; what was started is stopped again when a later step fails.</summary>
    /// <param name="state">What outlives it.</param>
    /// <param name="isFirst">Whether the objects that every cluster has are to be made.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">A port is taken.</exception>
    public static async Task<ServerRun> StartAsync(ServerState state, bool isFirst, CancellationToken cancellationToken)
    {
        var run = new ServerRun();
        try
        {
            await run.RunAsync(state, isFirst, cancellationToken).ConfigureAwait(false);
            return run;
        }
        catch
        {
            await run.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync().ConfigureAwait(false);
        if (host is not null) await host.DisposeAsync().ConfigureAwait(false);
        if (controllers is not null) await controllers.DisposeAsync().ConfigureAwait(false);
        stopping.Dispose();
    }

    private async Task RunAsync(ServerState state, bool isFirst, CancellationToken cancellationToken)
    {
        var services = Compose(state);
        if (isFirst) ClusterBootstrap.Run(services, state.ServicePort);
        controllers = ControllerHost.Start(services);
        var address = state.Address;
        var discovery = new DiscoveryHandler(address.Authority, path => OpenId(path, state.Access, address));
        var pipeline = new RequestPipeline(services, state.Access.Authenticator, state.Access.Authorizer, discovery);
        host = await KestrelHost.StartAsync(state.Options, state.Certificates, await state.Serving.ConfigureAwait(false), pipeline.HandleAsync, cancellationToken).ConfigureAwait(false);
        services.Logger.Serving(address);
    }

    private ServerServices Compose(ServerState state)
    {
        var (options, store) = (state.Options, state.Store);
        var strategies = new StrategyRegistry();
        state.Access.Register(strategies);
        KindStrategies.Register(strategies);
        var services = new ServerServices
        {
            Options = options,
            Store = store,
            Strategies = strategies,
            Addresses = new ClusterAddresses(options.ServiceCidr, store),
            NamespaceDefaults = new NamespaceDefaults(store, options.Time, state.Certificates.AuthorityPem),
            Logger = options.LoggerFactory.CreateLogger("Podkit.ApiServer"),
            Time = options.Time,
            Stopping = stopping.Token,
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
}
