namespace Podkit.Client;

/// <summary>How a watch lists, waits and reports.</summary>
public sealed record WatchOptions
{
    /// <summary>
    /// Whether the list comes as the beginning of the watch (<c>sendInitialEvents=true</c>, Kubernetes' WatchList), which spares the server from
    /// building it in memory. A server that refuses is asked for a list instead, and not asked again by the same client. Default: true.
    /// </summary>
    public bool StreamingList { get; init; } = true;

    /// <summary>How many objects a page of the list has, where the list does not stream; 0: all in one. Default: 500.</summary>
    public int PageSize { get; init; } = 500;

    /// <summary>The least time after which the server is asked to end a watch request; the next one takes over without a gap. Default: 5 minutes.</summary>
    public TimeSpan MinimumTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The longest time after which the server is asked to end a watch request. Default: 10 minutes.</summary>
    public TimeSpan MaximumTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long past its end a watch request may last before the client cuts it. Default: 5 seconds.</summary>
    public TimeSpan IdleLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a streaming list may be silent before its end; then lists are asked for instead. Default: 30 seconds.</summary>
    public TimeSpan InitialSilence { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The wait after a first failure, before jitter; it doubles with each, and begins again after 2 minutes without. Default: 800 milliseconds, as client-go's reflector.</summary>
    public TimeSpan FirstBackoff { get; init; } = TimeSpan.FromMilliseconds(800);

    /// <summary>The longest wait after a failure, before jitter. Default: 30 seconds, as client-go's reflector.</summary>
    public TimeSpan LongestBackoff { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest line, that is object, a server may send in a watch; a longer one is fetched by a list. Default: 16 MiB.</summary>
    public int MaximumLineBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>
    /// Told of every failure and of the time until the next attempt (zero: at once). May throw to give up. Default: failures are only retried.
    /// </summary>
    public Action<Exception, TimeSpan>? OnError { get; init; }
}
