namespace Podkit.Client;

/// <summary>A handler that has been added to an informer. Disposing removes it, and waits for the call that it is in.</summary>
public interface IInformerRegistration : IAsyncDisposable
{
    /// <summary>Whether the handler has been told of every object of the first list, or of those that were there when it was added.</summary>
    bool HasSynced { get; }

    /// <summary>How many objects have changes that the handler has not been told of yet.</summary>
    int Pending { get; }

    /// <summary>Completes when <see cref="HasSynced"/> is true; fails when the informer gives up before its first list.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task WaitForSyncAsync(CancellationToken cancellationToken = default);
}
