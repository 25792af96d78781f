namespace Podkit.Node;

/// <summary>A store that holds no image.</summary>
public sealed class EmptyImageStore : IImageStore
{
    /// <inheritdoc/>
    public ValueTask<LocalImage?> FindAsync(string image, CancellationToken cancellationToken) => ValueTask.FromResult<LocalImage?>(null);
}
