using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Podkit.Metadata.Hosting;

/// <summary>
/// Gives the metadata its logger when the host starts. The metadata itself never asks for one, so that a logger may depend on the metadata.
/// </summary>
internal sealed class PodMetadataStarter(PodMetadata metadata, ILoggerFactory? loggers = null) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (loggers is not null) metadata.UseLogger(loggers.CreateLogger<PodMetadata>());
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
