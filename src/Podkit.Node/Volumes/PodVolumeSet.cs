using Podkit.Model.Core.V1;
using Podkit.Node.Interop;
using Podkit.Node.Volumes;

namespace Podkit.Node;

/// <summary>The volumes of one pod. Disposing it removes them. Calls may come from any thread; they queue.</summary>
public sealed class PodVolumeSet : IAsyncDisposable
{
    private const uint Private = 0x1C0; // 0700

    private readonly NodeVolumes _node;
    private readonly Action<PodVolumeSet> _closed;
    private readonly string _uid;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Lock _files = new();
    private readonly Dictionary<string, PayloadVolume> _payloads = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _directories = new(StringComparer.Ordinal);
    private readonly VolumeMounts _mounts;
    private bool _disposed;

    internal PodVolumeSet(NodeVolumes node, Pod pod, Action<PodVolumeSet> closed)
    {
        _node = node;
        _closed = closed;
        _uid = pod.Metadata.Uid is { Length: > 0 } uid && uid.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-')
            ? uid
            : throw new ArgumentException($"pod {pod.Metadata.Namespace}/{pod.Metadata.Name} has no uid that can name a directory", nameof(pod));
        PodDirectory = Path.Combine(node.Memory.Path, _uid);
        _mounts = new VolumeMounts(Path.Combine(PodDirectory, "subpaths"));
    }

    /// <summary>The pod's directory on this machine. It exists from <see cref="SetUpAsync"/> on.</summary>
    public string PodDirectory { get; }

    /// <summary>When <see cref="UpdateAsync"/> is due though nothing has changed, because a token wants to be refreshed; null is never.</summary>
    public DateTimeOffset? NextRefresh
    {
        get
        {
            lock (_files) return _payloads.Values.Min(volume => volume.NextRefresh);
        }
    }

    private string VolumesDirectory => Path.Combine(PodDirectory, "volumes");

    /// <summary>Makes every volume that a container of the pod mounts.</summary>
    /// <param name="pod">The pod, its annotations as files are to show them.</param>
    /// <param name="cancellationToken">Ends the waiting for ConfigMaps, Secrets and tokens.</param>
    /// <exception cref="VolumeException">One cannot be made: the message is a kubelet's, such as <c>configmap "x" not found</c>; try again later.</exception>
    public Task SetUpAsync(Pod pod, CancellationToken cancellationToken) => BringUpToDateAsync(pod, cancellationToken);

    /// <summary>Brings what the volumes hold up to date with the pod, the ConfigMaps, the Secrets and the tokens' life.</summary>
    /// <param name="pod">The pod, its annotations as files are to show them.</param>
    /// <param name="cancellationToken">Ends the waiting for ConfigMaps, Secrets and tokens.</param>
    /// <returns>Whether any file changed.</returns>
    /// <exception cref="VolumeException">One cannot be updated: it keeps what it held, the others are up to date.</exception>
    public Task<bool> UpdateAsync(Pod pod, CancellationToken cancellationToken) => BringUpToDateAsync(pod, cancellationToken);

    /// <summary>What to mount in a container, with its sub-paths resolved; call it each time the container starts.</summary>
    /// <param name="container">The container of the pod.</param>
    /// <param name="environment">Its environment, for <c>subPathExpr</c>.</param>
    /// <exception cref="ContainerStartException">A sub-path is refused.</exception>
    public IReadOnlyList<ContainerMount> MountsFor(Container container, IReadOnlyDictionary<string, string> environment)
    {
        lock (_files)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _mounts.For(container, environment, _directories, _payloads.ContainsKey);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_disposed) return;
            lock (_files)
            {
                _disposed = true;
                TreeRemoval.Remove(PodDirectory);
            }

            _node.RemoveFromDisk(_uid);
            _node.Tokens.Forget(_uid);
            _closed(this);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<bool> BringUpToDateAsync(Pod pod, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            Directory.CreateDirectory(VolumesDirectory);
            return await EachAsync(pod, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>One volume that fails does not hold the others up.</summary>
    private async Task<bool> EachAsync(Pod pod, CancellationToken cancellationToken)
    {
        var used = VolumeKinds.Used(pod);
        var changed = false;
        VolumeException? first = null;
        foreach (var volume in (pod.Spec.Volumes ?? []).Where(volume => used.Contains(volume.Name)))
        {
            try
            {
                changed |= await OneAsync(pod, volume, cancellationToken).ConfigureAwait(false);
            }
            catch (VolumeException failure)
            {
                first ??= failure;
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
            {
                first ??= new VolumeException(volume.Name, failure.Message, failure);
            }
        }

        return first is null ? changed : throw first;
    }

    private async Task<bool> OneAsync(Pod pod, Volume volume, CancellationToken cancellationToken)
    {
        if (!DownwardApi.PodVolumes.CanRender(volume)) return SetUpOnce(pod, volume);
        var payload = PayloadOf(pod, volume);
        var files = await payload.RenderAsync(pod, volume, cancellationToken).ConfigureAwait(false);
        lock (_files)
        {
            var changed = payload.Write(files);
            _directories[volume.Name] = payload.Directory;
            if (payload.GroupDenied) SayGroupDenied(pod);
            return changed;
        }
    }

    private PayloadVolume PayloadOf(Pod pod, Volume volume)
    {
        lock (_files)
        {
            if (_payloads.TryGetValue(volume.Name, out var known)) return known;
            return _payloads[volume.Name] = new PayloadVolume(Path.Combine(VolumesDirectory, volume.Name), GroupOf(pod), _node.Sources, _node.Tokens, _node.Time);
        }
    }

    private bool SetUpOnce(Pod pod, Volume volume)
    {
        lock (_files)
        {
            if (_directories.ContainsKey(volume.Name)) return false;
            if (volume.HostPath is { } hostPath) _directories[volume.Name] = HostPaths.SetUp(volume.Name, hostPath);
            else if (VolumeKinds.IsEmptyDirectory(volume)) _directories[volume.Name] = MakeEmptyDirectory(pod, volume);
            else throw VolumeKinds.Unsupported(volume);
            return true;
        }
    }

    private string MakeEmptyDirectory(Pod pod, Volume volume)
    {
        const uint everyone = 0x1FF; // 0777
        var medium = volume.EmptyDir?.Medium ?? "";
        if (medium is not ("" or "Memory")) throw new VolumeException(volume.Name, $"emptyDir medium {medium} is not supported by this node: leave it out, or use Memory");
        if (volume.EmptyDir?.SizeLimit is not null) _node.Notices.Say("the sizeLimit of emptyDir volumes is not enforced: they may take what this machine has");
        var parent = VolumesDirectory;
        if (medium.Length == 0)
        {
            parent = Path.Combine(_node.Disk, _uid, "volumes");
            Posix.TryMakeDirectory(Path.GetDirectoryName(parent)!, Private);
            Posix.TryMakeDirectory(parent, Private);
        }

        var directory = Path.Combine(parent, volume.Name);
        var ownership = new GroupOwnership(GroupOf(pod), readOnly: false);
        Posix.TryMakeDirectory(directory, everyone);
        if (ownership.Group is not null) ownership.ApplyTo(directory, ownership.DirectoryMode(everyone));
        if (ownership.Denied) SayGroupDenied(pod);
        return directory;
    }

    private void SayGroupDenied(Pod pod) => _node.Notices.Say(
        $"fsGroup {pod.Spec.SecurityContext?.FsGroup} of pod {pod.Metadata.Namespace}/{pod.Metadata.Name}: this user may not give files to that group, they keep the user's own");

    private static uint? GroupOf(Pod pod) => (uint?)pod.Spec.SecurityContext?.FsGroup;
}
