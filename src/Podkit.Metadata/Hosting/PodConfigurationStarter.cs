using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Podkit.Metadata.Configuration;

namespace Podkit.Metadata.Hosting;

/// <summary>Gives the mounted volumes and Downward API volumes of the app's configuration its logger when the host starts.</summary>
internal sealed class PodConfigurationStarter(IConfiguration? configuration = null, ILoggerFactory? loggers = null) : IHostedService
{
    private const int Deepest = 16;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (loggers is not null) Give(configuration, loggers, 0);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static void Give(IConfiguration? configuration, ILoggerFactory loggers, int depth)
    {
        if (configuration is not IConfigurationRoot root || depth > Deepest) return;
        foreach (var provider in root.Providers)
        {
            if (provider is ITellingProvider telling) telling.UseLogger(loggers);
            else if (provider is ChainedConfigurationProvider chained) Give(chained.Configuration, loggers, depth + 1);
        }
    }
}
