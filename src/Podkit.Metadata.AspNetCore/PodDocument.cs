using System.Buffers;
using System.Text.Json;

namespace Podkit.Metadata.AspNetCore;

/// <summary>One state of a pod as JSON.</summary>
internal sealed class PodDocument
{
    private readonly Utf8JsonWriter _json;
    private readonly PodSnapshot _pod;
    private readonly PodEndpointOptions _options;

    private PodDocument(Utf8JsonWriter json, PodSnapshot pod, PodEndpointOptions options) => (_json, _pod, _options) = (json, pod, options);

    public static ReadOnlyMemory<byte> Write(PodSnapshot pod, PodMetadataStatus status, PodEndpointOptions options)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true })) new PodDocument(json, pod, options).Write(status);
        return buffer.WrittenMemory;
    }

    private void Write(PodMetadataStatus status)
    {
        _json.WriteStartObject();
        _json.WriteBoolean("inPod", _pod.IsInPod);
        _json.WriteNumber("version", _pod.Version);
        _json.WriteString("readAt", _pod.ReadAt);
        Text("name", PodFields.Name, _pod.Name);
        Text("namespace", PodFields.Namespace, _pod.Namespace);
        Text("uid", PodFields.Uid, _pod.Uid);
        Text("node", PodFields.NodeName, _pod.NodeName);
        Text("serviceAccount", PodFields.ServiceAccountName, _pod.ServiceAccountName);
        Text("container", PodFields.ContainerName, _pod.ContainerName);
        if (_options.ShowAddresses)
        {
            List("podIPs", PodFields.PodIPs, _pod.PodIPs);
            List("hostIPs", PodFields.HostIPs, _pod.HostIPs);
        }

        if (_options.ShowLabels) Map("labels", PodFields.Labels, _pod.Labels);
        if (_options.ShowAnnotations) Map("annotations", PodFields.Annotations, _pod.Annotations);
        Resources();
        Owner();
        if (_options.ShowSources) Status(status);
        _json.WriteEndObject();
    }

    private void Text(string name, string fieldPath, string value)
    {
        if (value.Length == 0) return;
        _json.WriteStartObject(name);
        _json.WriteString("value", value);
        Source(fieldPath);
        _json.WriteEndObject();
    }

    private void List(string name, string fieldPath, IReadOnlyList<string> values)
    {
        if (values.Count == 0) return;
        _json.WriteStartObject(name);
        _json.WriteStartArray("value");
        foreach (var value in values) _json.WriteStringValue(value);
        _json.WriteEndArray();
        Source(fieldPath);
        _json.WriteEndObject();
    }

    private void Map(string name, string fieldPath, PodMap map)
    {
        _json.WriteStartObject(name);
        foreach (var (key, value) in map.OrderBy(e => e.Key, StringComparer.Ordinal))
        {
            _json.WriteStartObject(key);
            _json.WriteString("value", value);
            Source($"{fieldPath}['{key}']");
            _json.WriteEndObject();
        }

        _json.WriteEndObject();
    }

    private void Resources()
    {
        _json.WriteStartObject("resources");
        Amounts("limits", _pod.Resources.Limits);
        Amounts("requests", _pod.Resources.Requests);
        _json.WriteEndObject();
    }

    private void Amounts(string side, ResourceAmounts amounts)
    {
        if (amounts == ResourceAmounts.Unknown) return;
        _json.WriteStartObject(side);
        Amount("cpuCores", $"{side}.cpu", amounts.CpuCores);
        Amount("memoryBytes", $"{side}.memory", amounts.MemoryBytes);
        Amount("ephemeralStorageBytes", $"{side}.ephemeral-storage", amounts.EphemeralStorageBytes);
        _json.WriteEndObject();
    }

    private void Amount(string name, string fieldPath, double? value)
    {
        if (value is not { } amount) return;
        _json.WriteStartObject(name);
        _json.WriteNumber("value", amount);
        Source(fieldPath);
        _json.WriteEndObject();
    }

    private void Owner()
    {
        if (_pod.Owner is not { } owner) return;
        _json.WriteStartObject("owner");
        _json.WriteString("kind", owner.Kind);
        _json.WriteString("name", owner.Name);
        if (owner.Uid.Length > 0) _json.WriteString("uid", owner.Uid);
        Source(PodFields.Owner);
        _json.WriteEndObject();
    }

    private void Source(string fieldPath)
    {
        if (!_options.ShowSources || _pod.Origin(fieldPath) is not { } origin) return;
        _json.WriteString("source", Word(origin.Source));
        _json.WriteString("place", origin.Place);
        _json.WriteBoolean("canChange", origin.CanChange);
    }

    private void Status(PodMetadataStatus status)
    {
        _json.WriteStartArray("volumes");
        foreach (var volume in status.Volumes)
        {
            _json.WriteStartObject();
            _json.WriteString("path", volume.Path);
            _json.WriteString("watching", volume.Watching switch { VolumeWatching.Inotify => "inotify", VolumeWatching.Poll => "poll", _ => "none" });
            _json.WriteBoolean("present", volume.Present);
            if (volume.ReadAt is { } time) _json.WriteString("readAt", time);
            if (volume.Problem is { } problem) _json.WriteString("problem", problem);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
        _json.WriteStartArray("problems");
        foreach (var problem in status.Problems) _json.WriteStringValue(problem);
        _json.WriteEndArray();
    }

    private static string Word(MetadataSource source) => source switch
    {
        MetadataSource.Configured => "configured",
        MetadataSource.File => "file",
        MetadataSource.EnvironmentVariable => "environment variable",
        MetadataSource.ServiceAccountMount => "service account mount",
        MetadataSource.ApiServer => "API server",
        _ => "unknown",
    };
}
