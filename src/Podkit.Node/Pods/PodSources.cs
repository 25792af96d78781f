using Podkit.Model.Core.V1;
using Podkit.Node.Agent;

namespace Podkit.Node.Pods;

/// <summary>Which ConfigMaps and Secrets a pod reads.</summary>
internal static class PodSources
{
    public static HashSet<SourceKey> Of(Pod pod)
    {
        var keys = new HashSet<SourceKey>();
        var add = (bool isSecret, string? name) =>
        {
            if (!string.IsNullOrEmpty(name)) keys.Add(new(isSecret, pod.Metadata.Namespace!, name));
        };
        foreach (var volume in pod.Spec.Volumes ?? []) AddVolume(volume, add);
        foreach (var container in (pod.Spec.InitContainers ?? []).Concat(pod.Spec.Containers)) AddContainer(container, add);
        return keys;
    }

    /// <summary>Those that the environment of one container reads.</summary>
    public static HashSet<SourceKey> Of(Pod pod, Container container)
    {
        var keys = new HashSet<SourceKey>();
        AddContainer(container, (isSecret, name) =>
        {
            if (!string.IsNullOrEmpty(name)) keys.Add(new(isSecret, pod.Metadata.Namespace!, name));
        });
        return keys;
    }

    private static void AddVolume(Volume volume, Action<bool, string?> add)
    {
        add(false, volume.ConfigMap?.Name);
        add(true, volume.Secret?.SecretName);
        foreach (var source in volume.Projected?.Sources ?? [])
        {
            add(false, source.ConfigMap?.Name);
            add(true, source.Secret?.Name);
        }
    }

    private static void AddContainer(Container container, Action<bool, string?> add)
    {
        foreach (var source in container.EnvFrom ?? [])
        {
            add(false, source.ConfigMapRef?.Name);
            add(true, source.SecretRef?.Name);
        }
        foreach (var variable in container.Env ?? [])
        {
            add(false, variable.ValueFrom?.ConfigMapKeyRef?.Name);
            add(true, variable.ValueFrom?.SecretKeyRef?.Name);
        }
    }
}
