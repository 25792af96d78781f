using Podkit.Client;
using Podkit.Model.Core.V1;

namespace Podkit.Node.Agent;

/// <summary>All services, for the environment of containers.</summary>
internal sealed class ServiceSource(INodeApi api)
{
    private readonly TaskCompletionSource _known = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Dictionary<(string?, string?), Service> _services = [];
    private Dictionary<(string?, string?), Service>? _listed;
    private volatile IReadOnlyCollection<Service> _all = [];

    /// <summary>The services; waits for the first list, but not when the server refuses it.</summary>
    public async Task<IReadOnlyCollection<Service>> GetAsync(CancellationToken cancellationToken)
    {
        await _known.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        return _all;
    }

    /// <param name="onError">Told of what goes wrong.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    public async Task RunAsync(Action<Exception> onError, CancellationToken cancellationToken)
    {
        void Failed(Exception error)
        {
            _known.TrySetResult();
            onError(error);
        }

        try
        {
            await foreach (var change in api.WatchServicesAsync(Failed, cancellationToken).ConfigureAwait(false)) Take(change);
        }
        catch (Exception e) when (e is KubernetesException or KubernetesConnectionException)
        {
            Failed(e);
        }
    }

    private void Take(WatchEvent<Service> change)
    {
        if (change.Type == WatchEventType.Init) _listed = [];
        else if (change.Type == WatchEventType.InitApply) _listed![Key(change.Object!)] = change.Object!;
        else if (change.Type == WatchEventType.InitDone) (_services, _listed) = (_listed!, null);
        else if (change.Type == WatchEventType.Apply) _services[Key(change.Object!)] = change.Object!;
        else _services.Remove(Key(change.Object!));
        if (_listed is not null) return;
        _all = [.. _services.Values];
        _known.TrySetResult();
    }

    private static (string?, string?) Key(Service service) => (service.Metadata.Namespace, service.Metadata.Name);
}
