namespace Podkit.Node;

/// <summary>Where images are looked up before a container starts.</summary>
public interface IImageStore
{
    /// <summary>Looks an image up.</summary>
    /// <param name="image">As the manifest names it, such as <c>busybox:1.36</c>.</param>
    /// <param name="cancellationToken">Ends the look-up.</param>
    /// <returns>The image, or null when the store does not hold it: its command then runs on this machine's file system.</returns>
    ValueTask<LocalImage?> FindAsync(string image, CancellationToken cancellationToken);
}
