namespace Podkit.Client;

/// <summary>What can be said of an informer whatever its type: for health checks, and for those who start and stop it.</summary>
public interface IInformer : IAsyncDisposable, IDisposable
{
    /// <summary>What it follows, such as <c>pods in shop matching app=web</c>.</summary>
    string Name { get; }

    /// <summary>Whether the first list has come.</summary>
    bool HasSynced { get; }

    /// <summary>Whether a watch is open.</summary>
    bool IsConnected { get; }

    /// <summary>When the server was last heard of: a list, a watch opened, an event or a bookmark; null before the first.</summary>
    DateTimeOffset? LastContact { get; }

    /// <summary>Whether the server has not been heard of for so long that the objects may be out of date: <see cref="InformerOptions{T}.StaleAfter"/>.</summary>
    bool IsStale { get; }

    /// <summary>The failure since the last watch was opened, if any.</summary>
    Exception? LastError { get; }

    /// <summary>
    /// Completes when the informer has stopped; fails when it gave up before its first list, because the request makes no sense to the server or was denied three times, the server could not be trusted or the
    /// configuration cannot be used. Those that a host starts do not give up: they try again at the longest backoff.
    /// </summary>
    Task Completion { get; }

    /// <summary>Begins to list and watch, if it has not begun; does not wait.</summary>
    void Start();

    /// <summary>Completes when the first list has come and can be read.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task WaitForSyncAsync(CancellationToken cancellationToken = default);
}
