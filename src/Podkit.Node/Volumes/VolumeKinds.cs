using System.Text.Json;
using Podkit.Model;
using Podkit.Model.Core.V1;

namespace Podkit.Node.Volumes;

/// <summary>Tells the kinds of volumes apart.</summary>
internal static class VolumeKinds
{
    /// <summary>The names of the volumes that some container of the pod mounts: only these are made.</summary>
    public static HashSet<string> Used(Pod pod)
    {
        var containers = (pod.Spec.InitContainers ?? []).Concat(pod.Spec.Containers);
        return containers.SelectMany(container => (container.VolumeMounts ?? []).Select(mount => mount.Name).Concat((container.VolumeDevices ?? []).Select(device => device.Name)))
            .ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Whether it is an empty directory, as a volume without any source is.</summary>
    public static bool IsEmptyDirectory(Volume volume) => volume.EmptyDir is not null || SourceName(volume) is null;

    /// <summary>The field of the volume's source, such as <c>persistentVolumeClaim</c>; null when there is none.</summary>
    public static string? SourceName(Volume volume)
    {
        var element = JsonSerializer.SerializeToElement(volume, KubernetesJson.Default.CoreV1Volume);
        return element.EnumerateObject().Select(property => property.Name).FirstOrDefault(name => name != "name");
    }

    /// <summary>What a node says to a volume that it cannot make.</summary>
    public static VolumeException Unsupported(Volume volume) => new(
        volume.Name,
        $"volume type {SourceName(volume)} is not supported by this node: configMap, secret, downwardAPI, projected, emptyDir and hostPath are");
}
