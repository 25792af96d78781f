using Podkit.Node.Interop;
using Podkit.Node.Tokens;

namespace Podkit.Node.Volumes;

/// <summary>What the volumes of all pods of a node share.</summary>
internal sealed class NodeVolumes(PodVolumeOptions options, IVolumeSources sources, ITokenSource tokens, INodeNotices notices, TimeProvider time) : IDisposable
{
    private readonly Lock _gate = new();
    private InstanceDirectory? _disk;

    /// <summary>The node's directory, in memory where there is any.</summary>
    public InstanceDirectory Memory { get; } = InstanceDirectory.Create(options.BaseDirectory ?? InstanceDirectory.DefaultParent, "volumes");

    public IVolumeSources Sources => sources;

    public TokenManager Tokens { get; } = new(tokens, time);

    public INodeNotices Notices => notices;

    public TimeProvider Time => time;

    /// <summary>The node's directory on disk, made when a pod needs it.</summary>
    public string Disk
    {
        get
        {
            lock (_gate) return (_disk ??= InstanceDirectory.Create(options.DiskDirectory ?? InstanceDirectory.DiskParent, "disk")).Path;
        }
    }

    /// <summary>Removes a pod's directory on disk, if there is one.</summary>
    public void RemoveFromDisk(string name)
    {
        lock (_gate)
        {
            if (_disk is not null) TreeRemoval.Remove(Path.Combine(_disk.Path, name));
        }
    }

    public void Dispose()
    {
        Memory.Dispose();
        lock (_gate) _disk?.Dispose();
    }
}
