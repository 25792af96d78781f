using System.Text.Json.Nodes;
using Podkit.Model.Core.V1;

namespace Podkit.Cli.Manifests;

/// <summary>
/// What a pod refers to: its own containers, and keys of the ConfigMaps and Secrets that stand in the same manifests. Kubernetes
/// finds these mistakes only when the pod starts; what is in no manifest may still appear by then and is left to it.
/// </summary>
internal static class PodReferences
{
    public static IEnumerable<string> Check(Manifest manifest, IReadOnlyList<Manifest> manifests)
    {
        var spec = ManifestCheck.ToPod(manifest.Object).Spec;
        var names = (spec.InitContainers ?? []).Concat(spec.Containers).Select(c => c.Name).ToList();
        foreach (var (path, name) in ContainerNames(spec))
            if (!string.IsNullOrEmpty(name) && !names.Contains(name, StringComparer.Ordinal))
                yield return manifest.Problem(path, $"container {name} not found; the pod's containers are: {string.Join(", ", names)}");
        foreach (var (path, kind, name, key, optional) in Keys(spec))
        {
            if (optional == true || Keys(manifests, kind, manifest.Namespace, name) is not { } keys || keys.Contains(key)) continue;
            yield return manifest.Problem(path, $"{kind} {name} has no key {key}; its keys are: {string.Join(", ", keys.Order(StringComparer.Ordinal))}");
        }
    }

    private static IEnumerable<(string Path, string? Name)> ContainerNames(PodSpec spec)
    {
        foreach (var (path, container) in Containers(spec))
            foreach (var (i, variable) in (container.Env ?? []).Index())
                yield return ($"{path}.env[{i}].valueFrom.resourceFieldRef.containerName", variable.ValueFrom?.ResourceFieldRef?.ContainerName);
        foreach (var (i, volume) in (spec.Volumes ?? []).Index())
        {
            foreach (var (j, item) in (volume.DownwardAPI?.Items ?? []).Index())
                yield return ($"spec.volumes[{i}].downwardAPI.items[{j}].resourceFieldRef.containerName", item.ResourceFieldRef?.ContainerName);
            foreach (var (s, source) in (volume.Projected?.Sources ?? []).Index())
                foreach (var (j, item) in (source.DownwardAPI?.Items ?? []).Index())
                    yield return ($"spec.volumes[{i}].projected.sources[{s}].downwardAPI.items[{j}].resourceFieldRef.containerName", item.ResourceFieldRef?.ContainerName);
        }
    }

    private static IEnumerable<(string Path, string Kind, string Name, string Key, bool? Optional)> Keys(PodSpec spec)
    {
        foreach (var (path, container) in Containers(spec))
        {
            foreach (var (i, variable) in (container.Env ?? []).Index())
            {
                if (variable.ValueFrom?.ConfigMapKeyRef is { } map) yield return ($"{path}.env[{i}].valueFrom.configMapKeyRef.key", "ConfigMap", map.Name ?? "", map.Key, map.Optional);
                if (variable.ValueFrom?.SecretKeyRef is { } secret) yield return ($"{path}.env[{i}].valueFrom.secretKeyRef.key", "Secret", secret.Name ?? "", secret.Key, secret.Optional);
            }
        }

        foreach (var (i, volume) in (spec.Volumes ?? []).Index())
        {
            foreach (var (j, item) in (volume.ConfigMap?.Items ?? []).Index())
                yield return ($"spec.volumes[{i}].configMap.items[{j}].key", "ConfigMap", volume.ConfigMap!.Name ?? "", item.Key, volume.ConfigMap.Optional);
            foreach (var (j, item) in (volume.Secret?.Items ?? []).Index())
                yield return ($"spec.volumes[{i}].secret.items[{j}].key", "Secret", volume.Secret!.SecretName ?? "", item.Key, volume.Secret.Optional);
            foreach (var (s, source) in (volume.Projected?.Sources ?? []).Index())
            {
                foreach (var (j, item) in (source.ConfigMap?.Items ?? []).Index())
                    yield return ($"spec.volumes[{i}].projected.sources[{s}].configMap.items[{j}].key", "ConfigMap", source.ConfigMap!.Name ?? "", item.Key, source.ConfigMap.Optional);
                foreach (var (j, item) in (source.Secret?.Items ?? []).Index())
                    yield return ($"spec.volumes[{i}].projected.sources[{s}].secret.items[{j}].key", "Secret", source.Secret!.Name ?? "", item.Key, source.Secret.Optional);
            }
        }
    }

    private static IEnumerable<(string Path, Container Container)> Containers(PodSpec spec) =>
        (spec.InitContainers ?? []).Index().Select(c => ($"spec.initContainers[{c.Index}]", c.Item))
            .Concat(spec.Containers.Index().Select(c => ($"spec.containers[{c.Index}]", c.Item)));

    /// <summary>The keys of the object of that name in the manifests; null when it is in none.</summary>
    private static HashSet<string>? Keys(IReadOnlyList<Manifest> manifests, string kind, string? ns, string name)
    {
        var found = manifests.FirstOrDefault(m => m.Kind is { Group: "" } && m.Kind.Kind == kind && m.Name == name && (m.Namespace ?? "default") == (ns ?? "default"));
        return found is null ? null
            : new[] { "data", "binaryData", "stringData" }.SelectMany(f => (found.Object[f] as JsonObject)?.Select(p => p.Key) ?? []).ToHashSet(StringComparer.Ordinal);
    }
}
