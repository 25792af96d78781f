namespace Podkit.Metadata.Hosting;

/// <summary>What a service provider holds: with its end, one user of the metadata less.</summary>
internal sealed class ServedMetadata(SharedMetadata shared, OpenedMetadata opened) : IDisposable, IAsyncDisposable
{
    private int _isDisposed;

    public PodMetadata Metadata => opened.Metadata;

    public void Dispose()
    {
        if (IsLast()) opened.Metadata.End();
    }

    public async ValueTask DisposeAsync()
    {
        if (IsLast()) await opened.Metadata.EndAsync().ConfigureAwait(false);
    }

    private bool IsLast() => Interlocked.Exchange(ref _isDisposed, 1) == 0 && shared.Release(opened);
}
