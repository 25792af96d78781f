namespace Podkit.Client;

/// <summary>How a watch lists, waits and reports.</summary>
public sealed record WatchOptions
{
    /// <summary>How many objects a page of the list has. Default: 500.</summary>
    public int PageSize { get; init; } = 500;

    /// <summary>The least time after which the server is asked to end a watch request; the next one takes over without a gap. Default: 5 minutes.</summary>
    public TimeSpan MinimumTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The longest time after which the server is asked to end a watch request. Default: 10 minutes.</summary>
    public TimeSpan MaximumTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long past its end a watch request may last before the client cuts it. Default: 5 seconds.</summary>
    public TimeSpan IdleLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest line, that is object, a server may send. Default: 16 MiB.</summary>
    public int MaximumLineBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>
    /// Told of every failure and of the time until the next attempt (zero: at once). May throw to give up. Default: failures are only retried.
    /// </summary>
    public Action<Exception, TimeSpan>? OnError { get; init; }
}
