using Podkit.Model.Core.V1;

namespace Podkit.Node;

/// <summary>The volumes of one pod. Disposing it removes them. Calls may come from any thread; they queue.</summary>
public sealed class PodVolumeSet : IAsyncDisposable
{
    internal PodVolumeSet()
    {
    }

    /// <summary>The pod's directory on this machine.</summary>
    public string PodDirectory { get; } = "";

    /// <summary>When <see cref="UpdateAsync"/> is due though nothing has changed, because a token wants to be refreshed; null is never.</summary>
    public DateTimeOffset? NextRefresh { get; }

    /// <summary>Makes every volume of the pod.</summary>
    /// <exception cref="VolumeException">One cannot be made: the message is a kubelet's, such as <c>configmap "x" not found</c>; try again later.</exception>
    public Task SetUpAsync(Pod pod, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Brings what the volumes hold up to date with the pod, the ConfigMaps, the Secrets and the tokens' life.</summary>
    /// <returns>Whether any file changed.</returns>
    /// <exception cref="VolumeException">One cannot be updated: it keeps what it held, the others are up to date.</exception>
    public Task<bool> UpdateAsync(Pod pod, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>What to mount in a container, with its sub-paths resolved; call it each time the container starts.</summary>
    /// <param name="container">The container of the pod.</param>
    /// <param name="environment">Its environment, for <c>subPathExpr</c>.</param>
    /// <exception cref="ContainerStartException">A sub-path is refused.</exception>
    public IReadOnlyList<ContainerMount> MountsFor(Container container, IReadOnlyDictionary<string, string> environment) => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
