using System.Net;

namespace Podkit.ApiServer.Hosting;

/// <summary>Puts a server together and starts it.</summary>
internal static class ServerStart
{
    /// <summary>How often another free port is looked for, when somebody takes the last one between finding it and listening on it.</summary>
    private const int Attempts = 5;

    public static async Task<(ServerState State, ServerRun Run)> RunAsync(ApiServerOptions options, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var state = new ServerState(Resolve(options));
            try
            {
                return (state, await ServerRun.StartAsync(state, isFirst: true, cancellationToken).ConfigureAwait(false));
            }
            catch (Exception e)
            {
                await state.DisposeAsync().ConfigureAwait(false);
                if (e is not IOException || options.Port != 0 || attempt == Attempts) throw;
            }
        }
    }

    private static ApiServerOptions Resolve(ApiServerOptions options)
    {
        options = options with { Port = Ports.Resolve(options.Port) };
        var servicePort = options.KubernetesServicePort == 0 ? options.Port : options.KubernetesServicePort;
        return options.ListenOnServiceAddress
            ? options with { AdditionalEndpoints = [.. options.AdditionalEndpoints, new IPEndPoint(options.KubernetesServiceAddress, servicePort)] }
            : options;
    }
}
