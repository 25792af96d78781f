using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Podkit.Model;

namespace Podkit.Client;

/// <summary>
/// Calls a function for each object of a resource when the object, or another that concerns it, has changed: informers fill a work queue of keys, workers empty it.
/// Every key is reconciled once at the beginning; one key never twice at a time; a key whose reconciling fails comes again, later each time. With leader election only
/// one process reconciles.
/// </summary>
/// <typeparam name="T">The type of the objects.</typeparam>
public sealed class Controller<T> : IAsyncDisposable, IDisposable
    where T : class, IKubernetesObject
{
    private readonly Func<ReconcileRequest<T>, CancellationToken, Task<ReconcileResult>> _reconcile;
    private readonly ControllerOptions<T> _options;
    private readonly SharedInformers _informers;
    private readonly bool _ownInformers;
    private readonly List<ControllerTrigger> _triggers = [];
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly string _name;
    private int _running;

    internal Controller(ResourceClient<T> resource, Func<ReconcileRequest<T>, CancellationToken, Task<ReconcileResult>> reconcile, ControllerOptions<T> options, SharedInformers? informers)
    {
        options.Validate();
        (_reconcile, _options, _time) = (reconcile, options, resource.Client.Options.TimeProvider);
        _name = options.Name ?? resource.ResourceKind.QualifiedResource;
        _log = (resource.Client.Options.LoggerFactory ?? NullLoggerFactory.Instance).CreateLogger("Podkit.Client.Controller");
        (_informers, _ownInformers) = (informers ?? new SharedInformers(), informers is null);
        Informer = _informers.Get(resource, options.Informer);
        _triggers.Add(new ControllerTrigger(Informer, AttachOwn));
        foreach (var trigger in options.Triggers) _triggers.Add(trigger(_informers, resource));
        if (options.LeaderElection is { } election) Election = new LeaderElection(resource.Client, election);
    }

    /// <summary>The informer of the controller's own objects.</summary>
    public Informer<T> Informer { get; }

    /// <summary>The leader election, when there is one.</summary>
    public LeaderElection? Election { get; }

    /// <summary>Reconciles until the token is cancelled; then completes when the calls that are under way have returned.</summary>
    /// <param name="cancellationToken">Stops the controller; calls under way see it cancelled.</param>
    /// <exception cref="KubernetesException">A request for the objects makes no sense to the server (400, 405, 422).</exception>
    /// <exception cref="KubernetesConnectionException">The server could not be trusted.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _running, 1) != 0) throw new InvalidOperationException("the controller runs already");
        try
        {
            foreach (var trigger in _triggers) trigger.Informer.Start();
            await Task.WhenAll(_triggers.Select(t => t.Informer.WaitForSyncAsync(cancellationToken))).ConfigureAwait(false);
            if (Election is { } election) await election.RunAsync(WorkAsync, cancellationToken).ConfigureAwait(false);
            else await WorkAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Asked to stop.
        }
        finally
        {
            _running = 0;
        }
    }

    /// <summary>Stops the controller's informers, unless they are shared with others.</summary>
    public ValueTask DisposeAsync() => _ownInformers ? _informers.DisposeAsync() : ValueTask.CompletedTask;

    /// <summary>Begins to stop the controller's informers, unless they are shared with others, and does not wait. Where it can be awaited use <see cref="DisposeAsync"/>.</summary>
    public void Dispose()
    {
        if (_ownInformers) _informers.Dispose();
    }

    /// <summary>One term: a queue of its own, filled with everything there is, and its workers.</summary>
    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        using var queue = new WorkQueue<ObjectKey>(_options.Queue with { TimeProvider = _options.Queue.TimeProvider == TimeProvider.System ? _time : _options.Queue.TimeProvider });
        var handlers = _triggers.ConvertAll(t => t.Attach(queue.Add));
        try
        {
            // What others know of an object is there before it is looked at for the first time.
            await Task.WhenAll(handlers.Select(h => h.WaitForSyncAsync(cancellationToken))).ConfigureAwait(false);
            ControllerLog.Works(_log, _name, _options.Workers, queue.Count);
            await Task.WhenAll(Enumerable.Range(0, _options.Workers).Select(_ => Task.Run(() => WorkAsync(queue, cancellationToken), CancellationToken.None))).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Asked to stop before it began.
        }
        finally
        {
            queue.ShutDown();
            foreach (var handler in handlers) await handler.DisposeAsync().ConfigureAwait(false);
            ControllerLog.Stopped(_log, _name);
        }
    }

    private async Task WorkAsync(WorkQueue<ObjectKey> queue, CancellationToken cancellationToken)
    {
        try
        {
            while (await queue.TakeAsync(cancellationToken).ConfigureAwait(false) is (true, var key))
            {
                try
                {
                    await ReconcileAsync(queue, key, cancellationToken).ConfigureAwait(false);
                }
                finally
                {
                    queue.Done(key);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Asked to stop.
        }
    }

    private async Task ReconcileAsync(WorkQueue<ObjectKey> queue, ObjectKey key, CancellationToken cancellationToken)
    {
        var failures = queue.Failures(key);
        ReconcileResult result;
        try
        {
            result = await _reconcile(new ReconcileRequest<T>(key, Informer.Store.Find(key), failures), cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (KubernetesException e) when (e.IsConflict)
        {
            // Somebody else was quicker: the newer state is on its way here.
            ControllerLog.Conflict(_log, _name, key, e.Message);
            queue.AddRateLimited(key);
            return;
        }
#pragma warning disable CA1031 // The function is the caller's: what it throws concerns its key alone.
        catch (Exception e)
        {
            ControllerLog.Failed(_log, e, _name, key, failures + 1);
            queue.AddRateLimited(key);
            return;
        }
#pragma warning restore CA1031

        if (result is { Again: true, AfterDelay: null }) queue.AddRateLimited(key);
        else
        {
            queue.Forget(key);
            if (result.AfterDelay is { } delay) queue.AddAfter(key, delay);
        }
    }

    private IInformerRegistration AttachOwn(Action<ObjectKey> add) => Informer.AddHandler((change, _) =>
    {
        if (_options.Filter?.Invoke(change) != false) add(change.Key);
        return ValueTask.CompletedTask;
    });
}
