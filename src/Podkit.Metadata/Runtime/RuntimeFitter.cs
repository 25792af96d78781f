using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Podkit.Metadata.Runtime;

/// <summary>Fits .NET to the container before the app's own services start.</summary>
internal sealed partial class RuntimeFitter(IPodMetadata metadata, RuntimeFitOptions options, ILogger<RuntimeFitter> logger) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        var report = RuntimeFit.Apply(metadata.Resources, options);
        foreach (var sentence in report.Done) LogDone(logger, sentence);
        foreach (var sentence in report.Advice) LogAdvice(logger, sentence);
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(1, LogLevel.Information, "{What}")]
    private static partial void LogDone(ILogger logger, string what);

    [LoggerMessage(2, LogLevel.Warning, "{What}")]
    private static partial void LogAdvice(ILogger logger, string what);
}
