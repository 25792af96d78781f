using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Podkit.Metadata;

namespace Podkit.Examples.Logger;

/// <summary>Logs every change of a label or annotation, in order, and each state as a whole.</summary>
internal sealed partial class ChangeLogger(IPodMetadata metadata, ILogger<ChangeLogger> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var (_, pod) in metadata.ChangesAsync(stoppingToken)) LogChange(logger, pod.Version, Text(pod.Labels), Text(pod.Annotations));
    }

    private static string Text(PodMap map) => string.Join(' ', map.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => $"{e.Key}={e.Value}"));

    [LoggerMessage(1, LogLevel.Information, "state {Version}: labels [{Labels}] annotations [{Annotations}]")]
    private static partial void LogChange(ILogger logger, long version, string labels, string annotations);
}
