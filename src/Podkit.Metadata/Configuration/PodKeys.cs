using System.Globalization;
using Podkit.Metadata.Logging;

namespace Podkit.Metadata.Configuration;

/// <summary>The keys of configuration that show a state of the pod.</summary>
/// <param name="section">The section that they stand in.</param>
/// <param name="log">Told what cannot be shown.</param>
internal sealed class PodKeys(string section, PodMetadataLog log)
{
    private readonly Lock _gate = new();
    private readonly AnnotationDocuments _documents = new($"{section}:Annotations", log);

    public Dictionary<string, string?> Show(PodSnapshot pod)
    {
        var data = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        Set(data, "Name", pod.Name);
        Set(data, "Namespace", pod.Namespace);
        Set(data, "Uid", pod.Uid);
        Set(data, "NodeName", pod.NodeName);
        Set(data, "ServiceAccountName", pod.ServiceAccountName);
        Set(data, "ContainerName", pod.ContainerName);
        SetAddresses(data, "PodIP", pod.PodIPs);
        SetAddresses(data, "HostIP", pod.HostIPs);
        SetAmounts(data, "Limits", pod.Resources.Limits);
        SetAmounts(data, "Requests", pod.Resources.Requests);
        Set(data, "Owner:Kind", pod.Owner?.Kind);
        Set(data, "Owner:Name", pod.Owner?.Name);
        Set(data, "Owner:Uid", pod.Owner?.Uid);
        lock (_gate)
        {
            SetLabels(data, pod.Labels);
            SetAnnotations(data, pod.Annotations);
        }

        return data;
    }

    private void Set(Dictionary<string, string?> data, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value)) data[$"{section}:{name}"] = value;
    }

    private void SetAddresses(Dictionary<string, string?> data, string name, IReadOnlyList<string> addresses)
    {
        for (var i = 0; i < addresses.Count; i++) Set(data, $"{name}s:{i}", addresses[i]);
        if (addresses.Count > 0) Set(data, name, addresses[0]);
    }

    private void SetAmounts(Dictionary<string, string?> data, string side, ResourceAmounts amounts)
    {
        Set(data, $"Resources:{side}:CpuCores", amounts.CpuCores?.ToString("R", CultureInfo.InvariantCulture));
        Set(data, $"Resources:{side}:MemoryBytes", amounts.MemoryBytes?.ToString(CultureInfo.InvariantCulture));
        Set(data, $"Resources:{side}:EphemeralStorageBytes", amounts.EphemeralStorageBytes?.ToString(CultureInfo.InvariantCulture));
    }

    private void SetLabels(Dictionary<string, string?> data, PodMap labels)
    {
        foreach (var key in Shown("Labels", labels)) data[$"{section}:Labels:{key}"] = labels[key];
    }

    /// <summary>An annotation that is a JSON object or array is shown with its parts below it, too, so that options can be bound to it.</summary>
    private void SetAnnotations(Dictionary<string, string?> data, PodMap annotations)
    {
        _documents.KeepOnly(annotations);
        foreach (var key in Shown("Annotations", annotations))
        {
            foreach (var (part, value) in _documents.Parts(key, annotations[key])) data[part] = value;
            data[$"{section}:Annotations:{key}"] = annotations[key];
        }
    }

    /// <summary>Of keys that differ only by case, which is nothing to configuration, the last in ordinal order: lower case after upper case.</summary>
    private Dictionary<string, string>.ValueCollection Shown(string kind, PodMap map)
    {
        var shown = new Dictionary<string, string>(map.Count, StringComparer.OrdinalIgnoreCase);
        foreach (var key in map.Keys.Order(StringComparer.Ordinal))
        {
            if (shown.TryGetValue(key, out var hidden))
                log.ProblemOnce($"the {kind.ToLowerInvariant()} {hidden} and {key} differ only by case, which configuration does not tell apart: {section}:{kind}:{key} shows {key}; {nameof(IPodMetadata)}.{kind} has both");
            shown[key] = key;
        }

        return shown.Values;
    }
}
