using Podkit.ApiServer.Hosting;
using Podkit.ApiServer.Storage;

namespace Podkit.ApiServer.Controllers;

/// <summary>Runs the controllers: each in a loop of its own over all writes.</summary>
internal sealed class ControllerHost : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly List<Task> loops = [];

    private ControllerHost()
    {
    }

    public static ControllerHost Start(ServerServices services)
    {
        var host = new ControllerHost();
        foreach (IController controller in new IController[] { new NamespaceController(services), new GarbageCollector(services), new ClusterRoleController(services), new NodeReadiness(services) })
        {
            var subscription = services.Store.SubscribeToAll();
            host.loops.Add(Task.Run(() => RunAsync(services, controller, subscription, host.stop.Token)));
        }

        return host;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(loops).ConfigureAwait(false);
        stop.Dispose();
    }

    private static async Task RunAsync(ServerServices services, IController controller, Subscription subscription, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                using (subscription)
                {
                    Guard(services, controller, null, controller.Resync);
                    await PumpAsync(services, controller, subscription, cancellationToken).ConfigureAwait(false);
                }

                services.Logger.ControllerBehind(controller.Name);
                subscription = services.Store.SubscribeToAll();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private static async Task PumpAsync(ServerServices services, IController controller, Subscription subscription, CancellationToken cancellationToken)
    {
        var ready = subscription.Events.WaitToReadAsync(cancellationToken).AsTask();
        while (true)
        {
            if (controller.Due is { } due)
            {
                await WaitAsync(services.Time, ready, due, cancellationToken).ConfigureAwait(false);
                if (due <= services.Time.GetUtcNow()) Guard(services, controller, null, controller.Tick);
                if (!ready.IsCompleted) continue;
            }

            if (!await ready.ConfigureAwait(false)) return;
            while (subscription.Events.TryRead(out var written)) Guard(services, controller, written, () => controller.Handle(written));
            ready = subscription.Events.WaitToReadAsync(cancellationToken).AsTask();
        }
    }

    /// <summary>Waits for a write or for a time, whichever comes first.</summary>
    private static async Task WaitAsync(TimeProvider time, Task ready, DateTimeOffset due, CancellationToken cancellationToken)
    {
        var wait = due - time.GetUtcNow();
        if (wait <= TimeSpan.Zero || ready.IsCompleted) return;
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(ready, Task.Delay(wait, time, enough.Token)).ConfigureAwait(false);
        await enough.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>A failure concerns one object; the controller goes on with the next.</summary>
    private static void Guard(ServerServices services, IController controller, StoreEvent? written, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e)
        {
            services.Logger.ControllerFailed(e, controller.Name, written?.Object.Kind.Kind ?? "", written?.Object.Namespace ?? "", written?.Object.Name ?? "");
        }
    }
}
