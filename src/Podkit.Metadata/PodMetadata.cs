using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace Podkit.Metadata;

/// <summary>Finds, reads and watches a pod's metadata. With dependency injection: <c>builder.AddPodMetadata()</c>.</summary>
public sealed class PodMetadata : IPodMetadata, IDisposable
{
    private PodMetadata()
    {
    }

    /// <inheritdoc/>
    public PodSnapshot Current { get; } = PodSnapshot.Empty;

    /// <inheritdoc/>
    public IChangeToken Changed { get; } = new CancellationChangeToken(CancellationToken.None);

    /// <inheritdoc/>
    public PodMetadataStatus Status { get; } = new([], []);

    /// <summary>Reads what there is and begins to watch it.</summary>
    /// <param name="options">Where to look; null: the defaults.</param>
    /// <param name="logger">Told what was found and what goes wrong; null: nobody is.</param>
    /// <exception cref="ArgumentException">An option is not valid; the message names it.</exception>
    public static PodMetadata Open(PodMetadataOptions? options = null, ILogger? logger = null)
    {
        _ = (options, logger);
        return new PodMetadata();
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<PodMetadataChange> ChangesAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(false);
        yield break;
    }

    /// <summary>Stops watching. The present state stays readable.</summary>
    public void Dispose()
    {
    }
}
