using Podkit.Client;

namespace Podkit.Node.Agent;

/// <summary>Follows one object by name for as long as somebody needs it.</summary>
internal sealed class WatchedObject<T> : IAsyncDisposable
    where T : class
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watching;
    private readonly Action _changed;
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _known = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Exception? _error;
    private T? _value;
    private T? _listed;
    private bool _listing;

    /// <param name="watch">Begins the watch; told of errors by its first argument.</param>
    /// <param name="changed">Called after each change.</param>
    public WatchedObject(Func<Action<Exception>, CancellationToken, IAsyncEnumerable<WatchEvent<T>>> watch, Action changed)
    {
        _changed = changed;
        _watching = Task.Run(() => WatchAsync(watch));
    }

    /// <summary>The object, or null when there is none; waits until the first look has come.</summary>
    /// <exception cref="KubernetesException">The server refuses to show it.</exception>
    public async Task<T?> GetAsync(CancellationToken cancellationToken)
    {
        await _known.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        lock (_gate) return _error is null ? _value : throw _error;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task WatchAsync(Func<Action<Exception>, CancellationToken, IAsyncEnumerable<WatchEvent<T>>> watch)
    {
        try
        {
            await foreach (var change in watch(Fail, _stop.Token).ConfigureAwait(false)) Take(change);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            Fail(new OperationCanceledException("the node stops"));
        }
        catch (Exception e)
        {
            Fail(e);
        }
    }

    private void Take(WatchEvent<T> change)
    {
        switch (change.Type)
        {
            case WatchEventType.Init:
                (_listing, _listed) = (true, null);
                break;
            case WatchEventType.InitApply when _listing:
                _listed = change.Object;
                break;
            case WatchEventType.InitDone:
                _listing = false;
                Set(_listed);
                break;
            case WatchEventType.Apply:
                Set(change.Object);
                break;
            case WatchEventType.Delete:
                Set(null);
                break;
            default:
                break;
        }
    }

    private void Set(T? value)
    {
        bool first;
        lock (_gate)
        {
            first = !_known.Task.IsCompleted;
            (_value, _error) = (value, null);
            _known.TrySetResult();
        }
        if (!first) _changed();
    }

    /// <summary>What has been seen stays valid through errors; who still waits for the first look gets the error.</summary>
    private void Fail(Exception error)
    {
        lock (_gate)
        {
            if (_known.Task.IsCompleted && _error is null) return;
            _error = error;
            _known.TrySetResult();
        }
    }
}
