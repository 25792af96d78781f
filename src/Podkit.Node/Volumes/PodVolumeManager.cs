using Podkit.Model.Core.V1;

namespace Podkit.Node;

/// <summary>The volumes of the pods of one node, each pod's below a directory of its own. Disposing it removes all of them.</summary>
public sealed class PodVolumeManager : IAsyncDisposable
{
    /// <summary>Makes the node's directory.</summary>
    /// <param name="options">Where volumes are kept.</param>
    /// <param name="sources">Where ConfigMaps and Secrets come from.</param>
    /// <param name="tokens">Where service-account tokens come from.</param>
    /// <param name="notices">Where to say what cannot be done on this machine.</param>
    /// <param name="time">The clock.</param>
    public PodVolumeManager(PodVolumeOptions options, IVolumeSources sources, ITokenSource tokens, INodeNotices notices, TimeProvider time)
    {
        throw new NotImplementedException();
    }

    /// <summary>The node's directory.</summary>
    public string Directory { get; } = "";

    /// <summary>Opens the volumes of a pod. Nothing is written before <see cref="PodVolumeSet.SetUpAsync"/>.</summary>
    public PodVolumeSet Open(Pod pod) => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
