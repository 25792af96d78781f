namespace Podkit.Client.Http;

#pragma warning disable CA1001 // The semaphore holds nothing to dispose as long as nobody asks for its wait handle.
/// <summary>
/// Lets one in at a time. It is never disposed: disposing a semaphore leaves those who wait at it waiting for ever.
/// </summary>
internal sealed class Gate
#pragma warning restore CA1001
{
    private readonly SemaphoreSlim _one = new(1, 1);

    public Task EnterAsync(CancellationToken cancellationToken) => _one.WaitAsync(cancellationToken);

    public void Leave() => _one.Release();
}
