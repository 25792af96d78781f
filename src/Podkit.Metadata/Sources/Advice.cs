using Podkit.DownwardApi;
using Podkit.Metadata.Logging;

namespace Podkit.Metadata.Sources;

/// <summary>What is said of the first state: where it comes from, and what of it will never follow Kubernetes.</summary>
internal static class Advice
{
    /// <summary>Why a piece of a volume does not follow it, and what helps.</summary>
    public const string SubPathRemedy = "a subPath mount stays as it was at the container's start; mount the whole volume at a directory of its own, without subPath";

    public static void Say(PodSnapshot snapshot, IReadOnlyList<MetadataVolume> volumes, PodMetadataLog log)
    {
        if (snapshot.IsInPod)
        {
            var name = snapshot.Name.Length > 0 ? snapshot.Name : "(unknown name)";
            log.InPod(snapshot.Namespace.Length > 0 ? $"{snapshot.Namespace}/{name}" : name, snapshot.NodeName.Length > 0 ? snapshot.NodeName : "(unknown node)", Sources(snapshot, volumes));
        }
        else
        {
            log.NotInPod(snapshot.Values.Count == 0 ? "all values are empty" : $"configured are {string.Join(", ", snapshot.Values.Select(v => v.FieldPath))}");
        }

        foreach (var fixedValues in snapshot.Values.Where(NeverFollows).GroupBy(v => (v.Source, v.Place)))
        {
            var remedy = fixedValues.Key.Source == MetadataSource.EnvironmentVariable
                ? "an environment variable stays as it was at the container's start; mount a downwardAPI volume with metadata.labels and metadata.annotations at /etc/podinfo instead"
                : SubPathRemedy;
            var kind = fixedValues.Key.Source == MetadataSource.EnvironmentVariable ? "the environment variable " : "";
            log.NeverChanges(string.Join(", ", fixedValues.Select(v => v.FieldPath)), kind + fixedValues.Key.Place, remedy);
        }
    }

    /// <summary>Whether it is something that changes in Kubernetes, from a place that does not follow.</summary>
    private static bool NeverFollows(PodValue value)
    {
        if (value.CanChange || value.Source is not (MetadataSource.File or MetadataSource.EnvironmentVariable)) return false;
        var path = FieldPaths.TrySplitSubscript(value.FieldPath, out var map, out _) ? map : value.FieldPath;
        return path is PodFields.Labels or PodFields.Annotations;
    }

    private static string Sources(PodSnapshot snapshot, IReadOnlyList<MetadataVolume> volumes)
    {
        var parts = volumes.Where(v => v.Present).Select(v => $"{v.Path} ({v.Status.Watching.ToString().ToLowerInvariant()})").ToList();
        Add(MetadataSource.EnvironmentVariable, "the environment");
        Add(MetadataSource.ServiceAccountMount, "the service account's mount");
        Add(MetadataSource.Configured, "the options");
        return parts.Count == 0 ? "nothing yet" : string.Join(", ", parts);

        void Add(MetadataSource source, string name)
        {
            var places = snapshot.Values.Where(v => v.Source == source).ToList();
            if (places.Count == 0) return;
            var details = source == MetadataSource.EnvironmentVariable ? places.Select(v => v.Place) : places.Select(v => v.FieldPath);
            parts.Add($"{name} ({string.Join(", ", details.Distinct())})");
        }
    }
}
