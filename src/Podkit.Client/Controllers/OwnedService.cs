using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Podkit.Client;

/// <summary>A task of the application that is begun again, after a while, when it fails; and awaited when the application stops.</summary>
internal sealed class OwnedService(string name, IServiceProvider services, Func<CancellationToken, Task> run) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var log = (services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger("Podkit.Client.Hosting");
        var time = services.GetService<TimeProvider>() ?? TimeProvider.System;

        // The application starts without waiting for what comes before the first wait.
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await run(stoppingToken).ConfigureAwait(false);
                return;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // The work is the application's: it is told, and begun again.
            catch (Exception e)
            {
                ControllerLog.Ended(log, e, name, Pause);
            }
#pragma warning restore CA1031

            try
            {
                await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
