using Microsoft.Extensions.Hosting;

namespace Podkit.Client;

/// <summary>Starts the application's informers, and stops them; the application does not wait for their first lists.</summary>
internal sealed class InformerHostedService(SharedInformers informers) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        informers.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => informers.DisposeAsync().AsTask().WaitAsync(cancellationToken);
}
