using Microsoft.Extensions.Logging;
using Podkit.Client.Resources;

namespace Podkit.Client;

/// <summary>Calls one handler, one change at a time, at its own pace. What it throws is logged, and does not stop it or others.</summary>
internal sealed class HandlerLoop<T> : IInformerRegistration
    where T : class
{
    private static readonly AsyncLocal<object?> s_current = new();

    private readonly string _informer;
    private readonly Func<InformerChange<T>, CancellationToken, ValueTask> _handler;
    private readonly ObjectCodec<T> _codec;
    private readonly ILogger _log;
    private readonly Action<HandlerLoop<T>> _removed;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private int _disposed;

    public HandlerLoop(string informer, Func<InformerChange<T>, CancellationToken, ValueTask> handler, ObjectCodec<T> codec, ILogger log, Action<HandlerLoop<T>> removed)
    {
        (_informer, _handler, _codec, _log, _removed) = (informer, handler, codec, log, removed);
        Queue = new HandlerQueue<T>(codec);
        _running = Detached.Run(RunAsync);
    }

    public HandlerQueue<T> Queue { get; }

    public bool HasSynced => Queue.Synced.IsCompletedSuccessfully;

    public int Pending => Queue.Count;

    public Task WaitForSyncAsync(CancellationToken cancellationToken = default) => Queue.Synced.WaitAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _removed(this);
            await _stop.CancelAsync().ConfigureAwait(false);
        }

        // A handler that removes itself would wait for itself.
        if (ReferenceEquals(s_current.Value, this)) return;
        await _running.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        s_current.Value = this;
        try
        {
            while (true)
            {
                var entry = await Queue.TakeAsync(_stop.Token).ConfigureAwait(false);
                await TellAsync(entry).ConfigureAwait(false);
                Queue.Done();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Removed, or the informer has stopped.
        }
        finally
        {
            Queue.Dispose();
        }
    }

    private async ValueTask TellAsync(HandlerQueue<T>.Entry entry)
    {
        var (told, now) = (entry.Told, entry.Now);
        if (told is not null && now is not null && _codec.Uid(told) == _codec.Uid(now))
        {
            await CallAsync(new InformerChange<T>(InformerChangeType.Updated, entry.Key, told, now)).ConfigureAwait(false);
            return;
        }

        // An object of the same name but another uid is another object: the first has gone.
        if (told is not null) await CallAsync(new InformerChange<T>(InformerChangeType.Deleted, entry.Key, told, entry.Last ?? told) { FinalStateUnknown = entry.Unknown || entry.Last is null }).ConfigureAwait(false);
        if (now is not null) await CallAsync(new InformerChange<T>(InformerChangeType.Added, entry.Key, null, now) { IsInitial = entry.Initial }).ConfigureAwait(false);
    }

    private async ValueTask CallAsync(InformerChange<T> change)
    {
        try
        {
            await _handler(change, _stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // Whatever one handler throws, others and later changes are not concerned.
        catch (Exception e)
        {
            InformerLog.HandlerFailed(_log, e, _informer, change.Type, change.Key);
        }
#pragma warning restore CA1031
    }
}
