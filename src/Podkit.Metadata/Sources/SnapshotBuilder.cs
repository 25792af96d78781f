using System.Globalization;
using Podkit.DownwardApi;

namespace Podkit.Metadata.Sources;

/// <summary>Makes one state of what the sources offer: of each value, what the first source says.</summary>
internal static class SnapshotBuilder
{
    /// <param name="sources">The sources, the most trusted first.</param>
    /// <param name="isInPod">Whether anything says that this is a pod.</param>
    /// <param name="version">The state's number.</param>
    /// <param name="readAt">When it was read.</param>
    public static PodSnapshot Build(IReadOnlyList<FoundValues> sources, bool isInPod, long version, DateTimeOffset readAt)
    {
        var origins = new List<PodValue>();
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var source in sources)
        {
            foreach (var (fieldPath, found) in source.Values)
            {
                if (FieldPaths.TrySplitSubscript(fieldPath, out _, out _) || !values.TryAdd(fieldPath, found.Text)) continue;
                origins.Add(new PodValue(fieldPath, source.Source, found.Place, found.CanChange));
            }
        }

        var labels = Map(sources, PodFields.Labels, s => s.Labels, origins);
        var annotations = Map(sources, PodFields.Annotations, s => s.Annotations, origins);
        var owner = Owner(sources, origins);
        origins.Sort((x, y) => string.CompareOrdinal(x.FieldPath, y.FieldPath));
        return new PodSnapshot(origins)
        {
            Version = version,
            ReadAt = readAt,
            IsInPod = isInPod,
            Name = Text(PodFields.Name),
            Namespace = Text(PodFields.Namespace),
            Uid = Text(PodFields.Uid),
            NodeName = Text(PodFields.NodeName),
            ServiceAccountName = Text(PodFields.ServiceAccountName),
            ContainerName = Text(PodFields.ContainerName),
            PodIPs = List(PodFields.PodIPs),
            HostIPs = List(PodFields.HostIPs),
            Labels = labels,
            Annotations = annotations,
            Resources = new ContainerResources(
                new ResourceAmounts(Cores(PodFields.CpuLimit), Bytes(PodFields.MemoryLimit), Bytes(PodFields.EphemeralStorageLimit)),
                new ResourceAmounts(Cores(PodFields.CpuRequest), Bytes(PodFields.MemoryRequest), Bytes(PodFields.EphemeralStorageRequest))),
            Owner = owner,
        };

        string Text(string fieldPath) => values.GetValueOrDefault(fieldPath, "");
        IReadOnlyList<string> List(string fieldPath) => Text(fieldPath).Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        double? Cores(string fieldPath) => double.TryParse(Text(fieldPath), NumberStyles.Float, CultureInfo.InvariantCulture, out var cores) ? cores : null;
        long? Bytes(string fieldPath) => long.TryParse(Text(fieldPath), NumberStyles.Integer, CultureInfo.InvariantCulture, out var bytes) ? bytes : null;
    }

    /// <summary>Whether two states say the same, their numbers and times aside.</summary>
    public static bool IsSame(PodSnapshot one, PodSnapshot other) =>
        one.IsInPod == other.IsInPod && one.Name == other.Name && one.Namespace == other.Namespace && one.Uid == other.Uid && one.NodeName == other.NodeName
        && one.ServiceAccountName == other.ServiceAccountName && one.ContainerName == other.ContainerName && one.PodIPs.SequenceEqual(other.PodIPs)
        && one.HostIPs.SequenceEqual(other.HostIPs) && one.Labels.Equals(other.Labels) && one.Annotations.Equals(other.Annotations)
        && one.Resources == other.Resources && one.Owner == other.Owner && one.Values.SequenceEqual(other.Values);

    /// <summary>
    /// The first whole map, with single entries of options and files above it. Single entries of the environment are as they were at the start:
    /// they count only where there is no whole map.
    /// </summary>
    private static PodMap Map(IReadOnlyList<FoundValues> sources, string path, Func<FoundValues, FoundMap?> whole, List<PodValue> origins)
    {
        var entries = new Dictionary<string, string>(StringComparer.Ordinal);
        var owner = sources.FirstOrDefault(s => whole(s) is not null);
        var isSingle = false;
        foreach (var source in sources)
        {
            if (owner is not null && source.Source is not (MetadataSource.Configured or MetadataSource.File)) continue;
            foreach (var (fieldPath, found) in source.Values)
            {
                if (!FieldPaths.TrySplitSubscript(fieldPath, out var map, out var key) || map != path || !entries.TryAdd(key, found.Text)) continue;
                isSingle = true;
                origins.Add(new PodValue(fieldPath, source.Source, found.Place, found.CanChange));
            }
        }

        if (owner is null) return isSingle ? new PodMap(entries) : PodMap.Empty;
        var all = whole(owner)!;
        origins.Add(new PodValue(path, owner.Source, all.Place, all.CanChange));
        if (!isSingle) return all.Map;
        foreach (var (key, value) in all.Map) entries.TryAdd(key, value);
        return new PodMap(entries);
    }

    private static PodOwner? Owner(IReadOnlyList<FoundValues> sources, List<PodValue> origins)
    {
        foreach (var source in sources)
        {
            if (source.Owner is not var (owner, place)) continue;
            origins.Add(new PodValue(PodFields.Owner, source.Source, place, false));
            return owner;
        }

        return null;
    }
}
