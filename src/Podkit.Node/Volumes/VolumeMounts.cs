using System.Globalization;
using Podkit.DownwardApi;
using Podkit.Model.Core.V1;
using Podkit.Node.Interop;

namespace Podkit.Node.Volumes;

/// <summary>Works out what a container of a pod mounts from where.</summary>
/// <param name="directory">Where sub-paths of volumes that change are kept as they were when a container started.</param>
internal sealed class VolumeMounts(string directory)
{
    private const string ConfigError = "CreateContainerConfigError";
    private const uint Ordinary = 0x1ED; // 0755

    private int _runs;

    /// <summary>The mounts of a container that is about to start.</summary>
    /// <param name="container">The container.</param>
    /// <param name="environment">Its environment.</param>
    /// <param name="volumes">The volumes' places by name.</param>
    /// <param name="isPayload">Whether a volume is one that the node writes, and containers only read.</param>
    public List<ContainerMount> For(Container container, IReadOnlyDictionary<string, string> environment, IReadOnlyDictionary<string, string> volumes, Func<string, bool> isPayload)
    {
        if (container.VolumeDevices is { Count: > 0 } devices)
            throw new ContainerStartException(ConfigError, $"container \"{container.Name}\" uses the block device \"{devices[0].Name}\": this node has no block devices");
        var own = Path.Combine(directory, container.Name);
        TreeRemoval.Remove(own);
        var mounts = new List<ContainerMount>();
        foreach (var mount in container.VolumeMounts ?? [])
        {
            if (!volumes.TryGetValue(mount.Name, out var root))
                throw new ContainerStartException(ConfigError, $"cannot find volume \"{mount.Name}\" to mount into container \"{container.Name}\"");
            var payload = isPayload(mount.Name);
            var readOnly = payload || mount.ReadOnly == true;
            var subPath = SubPathOf(mount, environment);
            var source = subPath.Length == 0 ? root : Resolve(container, mount, root, subPath, payload, own);
            mounts.Add(new ContainerMount(source, mount.MountPath.StartsWith('/') ? mount.MountPath : "/" + mount.MountPath, readOnly));
        }

        return mounts;
    }

    private static string SubPathOf(VolumeMount mount, IReadOnlyDictionary<string, string> environment)
    {
        var subPath = mount.SubPath ?? "";
        if (mount.SubPathExpr is { Length: > 0 } expression && !Expansion.TryExpandSubPath(expression, environment, out subPath, out var error))
            throw new ContainerStartException(ConfigError, error);
        if (subPath.StartsWith('/')) throw new ContainerStartException(ConfigError, $"error SubPath `{subPath}` must not be an absolute path");
        if (subPath.Split('/').Contains("..")) throw new ContainerStartException(ConfigError, $"unable to provision SubPath `{subPath}`: must not contain '..'");
        return subPath;
    }

    private string Resolve(Container container, VolumeMount mount, string root, string subPath, bool payload, string own)
    {
        try
        {
            // A volume that the node writes gets no directories of a container's making.
            var source = SubPaths.Resolve(root, subPath, create: !payload);
            if (!payload) return source;
            Posix.TryMakeDirectory(directory, Ordinary);
            Posix.TryMakeDirectory(own, Ordinary);
            var kept = Path.Combine(own, (_runs++).ToString(CultureInfo.InvariantCulture));
            SubPaths.Freeze(source, kept);
            return kept;
        }
        catch (IOException failure)
        {
            throw new ContainerStartException(ConfigError, $"failed to prepare subPath for volumeMount \"{mount.Name}\" of container \"{container.Name}\": {failure.Message}");
        }
    }
}
