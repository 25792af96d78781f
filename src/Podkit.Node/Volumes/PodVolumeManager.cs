using System.Collections.Concurrent;
using Podkit.Model.Core.V1;
using Podkit.Node.Volumes;

namespace Podkit.Node;

/// <summary>The volumes of the pods of one node, each pod's below a directory of its own. Disposing it removes all of them.</summary>
public sealed class PodVolumeManager : IAsyncDisposable
{
    private readonly NodeVolumes _node;
    private readonly ConcurrentDictionary<PodVolumeSet, bool> _open = new();
    private bool _disposed;

    /// <summary>Makes the node's directory.</summary>
    /// <param name="options">Where volumes are kept.</param>
    /// <param name="sources">Where ConfigMaps and Secrets come from.</param>
    /// <param name="tokens">Where service-account tokens come from.</param>
    /// <param name="notices">Where to say what cannot be done on this machine.</param>
    /// <param name="time">The clock.</param>
    public PodVolumeManager(PodVolumeOptions options, IVolumeSources sources, ITokenSource tokens, INodeNotices notices, TimeProvider time) =>
        _node = new NodeVolumes(options, sources, tokens, notices, time);

    /// <summary>The node's directory.</summary>
    public string Directory => _node.Memory.Path;

    /// <summary>Opens the volumes of a pod. Nothing is written before <see cref="PodVolumeSet.SetUpAsync"/>.</summary>
    /// <param name="pod">The pod; its uid names its directory.</param>
    public PodVolumeSet Open(Pod pod)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var set = new PodVolumeSet(_node, pod, closed => _open.TryRemove(closed, out _));
        _open[set] = true;
        return set;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_disposed) return;
        _disposed = true;
        foreach (var set in _open.Keys) await set.DisposeAsync().ConfigureAwait(false);
        _node.Dispose();
    }
}
