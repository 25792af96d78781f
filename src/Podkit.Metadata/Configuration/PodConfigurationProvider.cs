using System.Globalization;
using Microsoft.Extensions.Configuration;
using Podkit.Metadata.Hosting;
using Podkit.Metadata.Watching;

namespace Podkit.Metadata.Configuration;

/// <summary>Shows a pod's metadata as configuration, and follows it.</summary>
internal sealed class PodConfigurationProvider : ConfigurationProvider, IDisposable
{
    /// <summary>Written by kubectl, long, and nobody's configuration.</summary>
    private const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";

    private readonly SharedMetadata _shared;
    private readonly Coalesced _reload;
    private readonly Lock _gate = new();
    private PodMetadata? _metadata;
    private string? _section;
    private long _version;
    private bool _isLoaded;

    public PodConfigurationProvider(SharedMetadata shared)
    {
        _shared = shared;
        _reload = new Coalesced(OnReload);
        shared.Attach(this);
    }

    public override void Load()
    {
        _isLoaded = true;
        TakeCurrent();
    }

    /// <summary>Shows this metadata from now on.</summary>
    /// <param name="metadata">The metadata.</param>
    /// <param name="section">The section that shows it; null: none does.</param>
    public void Use(PodMetadata metadata, string? section)
    {
        lock (_gate)
        {
            if (_metadata is not null) _metadata.Publishing -= Follow;
            (_metadata, _section, _version) = (metadata, section, 0);
            metadata.Publishing += Follow;
        }

        if (_isLoaded) Follow();
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_metadata is not null) _metadata.Publishing -= Follow;
        }

        _shared.Detach(this);
    }

    private void Follow()
    {
        if (TakeCurrent()) _reload.Run();
    }

    private bool TakeCurrent()
    {
        lock (_gate)
        {
            if (_metadata?.Current is not { } snapshot || snapshot.Version <= _version) return false;
            Data = _section is null ? new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase) : Show(snapshot);
            _version = snapshot.Version;
            return true;
        }
    }

    private Dictionary<string, string?> Show(PodSnapshot pod)
    {
        var data = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        Set("Name", pod.Name);
        Set("Namespace", pod.Namespace);
        Set("Uid", pod.Uid);
        Set("NodeName", pod.NodeName);
        Set("ServiceAccountName", pod.ServiceAccountName);
        Set("ContainerName", pod.ContainerName);
        SetAddresses("PodIP", pod.PodIPs);
        SetAddresses("HostIP", pod.HostIPs);
        SetAmounts("Limits", pod.Resources.Limits);
        SetAmounts("Requests", pod.Resources.Requests);
        Set("Owner:Kind", pod.Owner?.Kind);
        Set("Owner:Name", pod.Owner?.Name);
        Set("Owner:Uid", pod.Owner?.Uid);
        foreach (var (key, value) in pod.Labels) data[$"{_section}:Labels:{key}"] = value;
        foreach (var (key, value) in pod.Annotations) SetAnnotation(data, key, value);
        return data;

        void Set(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value)) data[$"{_section}:{name}"] = value;
        }

        void SetAddresses(string name, IReadOnlyList<string> addresses)
        {
            for (var i = 0; i < addresses.Count; i++) Set($"{name}s:{i}", addresses[i]);
            if (addresses.Count > 0) Set(name, addresses[0]);
        }

        void SetAmounts(string side, ResourceAmounts amounts)
        {
            Set($"Resources:{side}:CpuCores", amounts.CpuCores?.ToString("R", CultureInfo.InvariantCulture));
            Set($"Resources:{side}:MemoryBytes", amounts.MemoryBytes?.ToString(CultureInfo.InvariantCulture));
            Set($"Resources:{side}:EphemeralStorageBytes", amounts.EphemeralStorageBytes?.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>An annotation that is a JSON object or array is shown with its parts below it, too, so that options can be bound to it.</summary>
    private void SetAnnotation(Dictionary<string, string?> data, string key, string value)
    {
        var path = $"{_section}:Annotations:{key}";
        if (key != LastApplied && value.AsSpan().TrimStart() is ['{' or '[', ..]) DocumentKeys.TryReadJson(value, path, data);
        data[path] = value;
    }
}
