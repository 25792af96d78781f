using Microsoft.Extensions.Logging;
using Podkit.ApiServer.Controllers;
using Podkit.ApiServer.Operations;
using Podkit.ApiServer.Storage;
using Podkit.ApiServer.Strategies;

namespace Podkit.ApiServer.Hosting;

/// <summary>The parts of a server that handlers use.</summary>
internal sealed class ServerServices
{
    public required ApiServerOptions Options { get; init; }

    public required IObjectStore Store { get; init; }

    public required StrategyRegistry Strategies { get; init; }

    public required ClusterAddresses Addresses { get; init; }

    public required NamespaceDefaults NamespaceDefaults { get; init; }

    public required ILogger Logger { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>Cancelled when the server stops: ends watches and log streams.</summary>
    public required CancellationToken Stopping { get; init; }
}
