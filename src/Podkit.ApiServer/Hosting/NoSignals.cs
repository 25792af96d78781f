using Microsoft.Extensions.Hosting;

namespace Podkit.ApiServer.Hosting;

/// <summary>
/// Leaves Ctrl-C and SIGTERM to the process that the server runs in. The default would catch both for the whole process and stop
/// the server first, while pods that are being ended still need it.
/// </summary>
internal sealed class NoSignals : IHostLifetime
{
    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
