namespace Podkit.Client.Resources;

/// <summary>Reads a page; <paramref name="found"/> is told the token of the next one as soon as it is known, which may be before the objects are read.</summary>
internal delegate Task<ResourcePage<T>> PageRead<T>(string? next, Action<string> found, CancellationToken cancellationToken);

/// <summary>
/// The pages of a list in their order, for somebody who will take them all: while one is parsed the next is on its way, and both processors parse. After
/// a page that could not be read there are no more.
/// </summary>
internal sealed class PageSequence<T>(PageRead<T> read, CancellationToken cancellationToken) : IAsyncDisposable
    where T : class
{
    /// <summary>How many pages may wait beside the one that is taken.</summary>
    private const int Ahead = 2;

    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    private readonly Queue<Task<ResourcePage<T>>> _pages = new();
    private readonly Lock _gate = new();
    private string? _found;
    private string? _last;
    private bool _stopped;

    /// <summary>Whether a page has been read, and another follows.</summary>
    public bool HasBegun => _last is not null;

    /// <summary>The next page; the first is asked for now.</summary>
    public async Task<ResourcePage<T>> NextAsync()
    {
        Task<ResourcePage<T>> next;
        lock (_gate)
        {
            if (_pages.Count == 0) Begin(_found ?? _last);
            next = _pages.Dequeue();
            if (_found is { } token) Begin(token);
        }

        var page = await next.ConfigureAwait(false);
        _last = page.Continue;
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate) _stopped = true;
        await _stop.CancelAsync().ConfigureAwait(false);
        while (_pages.TryDequeue(out var page)) await ((Task)page).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private void Found(string token)
    {
        lock (_gate)
        {
            if (!_stopped && _pages.Count < Ahead) Begin(token);
            else _found = token;
        }
    }

    private void Begin(string? token)
    {
        _found = null;
        _pages.Enqueue(Task.Run(() => read(token, Found, _stop.Token)));
    }
}
