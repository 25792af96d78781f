using Podkit.Model.Core.V1;

namespace Podkit.Node.Pods;

/// <summary>What has changed between two versions of a pod.</summary>
internal static class PodChanges
{
    /// <summary>Whether volumes may show the change: labels, annotations or the spec.</summary>
    public static bool ShowInVolumes(Pod before, Pod after) =>
        before.Metadata.Generation != after.Metadata.Generation
        || !Same(before.Metadata.Labels, after.Metadata.Labels)
        || !Same(before.Metadata.Annotations, after.Metadata.Annotations);

    public static Container? FindContainer(Pod pod, string name) => pod.Spec.Containers.Find(c => c.Name == name) ?? pod.Spec.InitContainers?.Find(c => c.Name == name);

    private static bool Same(Dictionary<string, string>? before, Dictionary<string, string>? after)
    {
        if ((before?.Count ?? 0) != (after?.Count ?? 0)) return false;
        return before is null || after is null || before.All(pair => after.TryGetValue(pair.Key, out var value) && value == pair.Value);
    }
}
