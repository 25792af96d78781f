using Podkit.DownwardApi;
using Podkit.Model;
using Podkit.Model.Core.V1;

namespace Podkit.Metadata.Testing;

/// <summary>
/// A pod's Downward API volume in a temporary folder, byte by byte as a kubelet writes it, that a test changes step by step. Each change is one
/// swap of the volume.
/// <code>
/// using var pod = new FakePod("web-1", "shop");
/// builder.AddPodMetadata(pod.Configure);
/// pod.SetLabel("env", "staging");
/// </code>
/// </summary>
public sealed class FakePod : IDisposable
{
    private const string ContainerName = "main";

    private readonly Volume _volume;
    private readonly Pod _pod;
    private readonly AtomicVolume _directory;
    private readonly Lock _gate = new();

    /// <summary>Makes the pod and writes its volume: labels, annotations, name, namespace, uid, and the container's CPU and memory.</summary>
    /// <param name="name">The pod's name.</param>
    /// <param name="podNamespace">Its namespace.</param>
    /// <param name="directory">The volume's directory, which is removed with the pod; null: a temporary one.</param>
    public FakePod(string name = "fake", string podNamespace = "default", string? directory = null)
        : this(DefaultPod(name, podNamespace), DefaultVolume(), directory)
    {
    }

    /// <summary>Takes a pod and writes one of its volumes.</summary>
    /// <param name="pod">The pod; the fake changes it.</param>
    /// <param name="volume">A downwardAPI or projected volume.</param>
    /// <param name="directory">The volume's directory, which is removed with the pod; null: a temporary one.</param>
    public FakePod(Pod pod, Volume volume, string? directory = null)
    {
        ArgumentNullException.ThrowIfNull(pod);
        ArgumentNullException.ThrowIfNull(volume);
        (_pod, _volume) = (pod, volume);
        _directory = new AtomicVolume(directory);
        Write();
    }

    /// <summary>The volume's directory, in a pod <c>/etc/podinfo</c>.</summary>
    public string Directory => _directory.Path;

    internal long SwappedAt => _directory.SwappedAt;

    /// <summary>
    /// Has the metadata read from this pod alone: not from the environment, mounts or service account of the test's process. Files and divisors are
    /// those of the volume, whatever their names.
    /// </summary>
    /// <param name="options">The options, as <c>AddPodMetadata</c> gives them.</param>
    public void Configure(PodMetadataOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Volumes.Clear();
        options.Volumes.Add(Directory);
        options.UseEnvironment = false;
        options.UseServiceAccount = false;
        options.MountInfoFile = "";
        foreach (var item in Items(_volume))
        {
            if (!VolumePaths.TryClean(item.Path, out var path, out _)) continue;
            if (item.FieldRef is { } field) options.Files[path] = field.FieldPath;
            if (item.ResourceFieldRef is { } resource) options.Files[path] = $"{resource.Resource}/{Divisor(resource)}";
        }
    }

    /// <summary>Sets a label.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="value">Its value.</param>
    public void SetLabel(string key, string value) => Change(pod => (pod.Metadata.Labels ??= [])[key] = value);

    /// <summary>Removes a label.</summary>
    /// <param name="key">Its key.</param>
    public void RemoveLabel(string key) => Change(pod => pod.Metadata.Labels?.Remove(key));

    /// <summary>Sets an annotation.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="value">Its value.</param>
    public void SetAnnotation(string key, string value) => Change(pod => (pod.Metadata.Annotations ??= [])[key] = value);

    /// <summary>Removes an annotation.</summary>
    /// <param name="key">Its key.</param>
    public void RemoveAnnotation(string key) => Change(pod => pod.Metadata.Annotations?.Remove(key));

    /// <summary>Changes whatever there is of the pod, by one swap.</summary>
    /// <param name="change">Changes it.</param>
    public void Change(Action<Pod> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        lock (_gate)
        {
            change(_pod);
            Write();
        }
    }

    /// <summary>Writes a file as no kubelet would, by one swap; the next change of the pod puts it right.</summary>
    /// <param name="path">Its path, such as <c>labels</c>.</param>
    /// <param name="content">Its content.</param>
    public void Break(string path, ReadOnlySpan<byte> content)
    {
        lock (_gate) _directory.Write(new Dictionary<string, byte[]>(_directory.Files) { [path] = content.ToArray() });
    }

    /// <summary>Removes the volume's directory, as when it is unmounted.</summary>
    public void RemoveVolume()
    {
        lock (_gate) _directory.Remove();
    }

    /// <summary>Writes the volume's directory anew.</summary>
    public void RestoreVolume()
    {
        lock (_gate) Write();
    }

    /// <summary>Removes the volume.</summary>
    public void Dispose() => _directory.Dispose();

    private void Write()
    {
        var payload = PodVolumes.Render(_pod, _volume, DownwardApiContext.Empty);
        if (payload.Errors.Count > 0) throw new InvalidOperationException(payload.FailedMountMessage);
        _directory.Write(payload.Files.ToDictionary(f => f.Path, f => f.Content.ToArray()));
    }

    private static IEnumerable<DownwardAPIVolumeFile> Items(Volume volume) =>
        volume.DownwardAPI?.Items ?? volume.Projected?.Sources?.SelectMany(s => s.DownwardAPI?.Items ?? []) ?? [];

    private static string Divisor(ResourceFieldSelector resource) => resource.Divisor is { Sign: > 0 } divisor ? divisor.ToString() : "1";

    private static Pod DefaultPod(string name, string podNamespace) => new()
    {
        Metadata = new() { Name = name, Namespace = podNamespace, Uid = Guid.NewGuid().ToString() },
        Spec = new()
        {
            Containers =
            [
                new()
                {
                    Name = ContainerName,
                    Resources = new()
                    {
                        Limits = new() { ["cpu"] = Quantity.Parse("500m"), ["memory"] = Quantity.Parse("256Mi") },
                        Requests = new() { ["cpu"] = Quantity.Parse("250m"), ["memory"] = Quantity.Parse("128Mi") },
                    },
                },
            ],
        },
    };

    private static Volume DefaultVolume() => new()
    {
        Name = "podinfo",
        DownwardAPI = new()
        {
            Items =
            [
                Field("labels", PodFields.Labels), Field("annotations", PodFields.Annotations), Field("name", PodFields.Name),
                Field("namespace", PodFields.Namespace), Field("uid", PodFields.Uid),
                Resource("cpu_limit", PodFields.CpuLimit, "1m"), Resource("cpu_request", PodFields.CpuRequest, "1m"),
                Resource("mem_limit", PodFields.MemoryLimit, "1"), Resource("mem_request", PodFields.MemoryRequest, "1"),
            ],
        },
    };

    private static DownwardAPIVolumeFile Field(string path, string fieldPath) => new() { Path = path, FieldRef = new() { FieldPath = fieldPath } };

    private static DownwardAPIVolumeFile Resource(string path, string resource, string divisor) =>
        new() { Path = path, ResourceFieldRef = new() { ContainerName = ContainerName, Resource = resource, Divisor = Quantity.Parse(divisor) } };
}
