using System.Text.Json;
using Podkit.Model;
using Podkit.Model.Core.V1;
using Podkit.Node.Interop;

namespace Podkit.Node.Tests.Volumes;

/// <summary>The volumes of one pod below a temporary directory.</summary>
internal sealed class VolumeFixture : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new("/dev/shm");
    private readonly PodVolumeManager _manager;

    public VolumeFixture(string spec, string metadata = "", TimeProvider? time = null)
    {
        Sources = new FakeVolumeSources(time);
        Pod = Parse(spec, metadata);
        var options = new PodVolumeOptions { BaseDirectory = Path.Combine(_directory.Path, "memory"), DiskDirectory = Path.Combine(_directory.Path, "disk") };
        _manager = new PodVolumeManager(options, Sources, Sources, Sources, time ?? TimeProvider.System);
        Set = _manager.Open(Pod);
    }

    public FakeVolumeSources Sources { get; }

    public Pod Pod { get; set; }

    public PodVolumeSet Set { get; }

    public string Root => _directory.Path;

    /// <summary>A pod of one container c that mounts every volume at /NAME, unless the spec says otherwise.</summary>
    public static Pod Parse(string spec, string metadata = "")
    {
        var pod = JsonSerializer.Deserialize("{\"metadata\":{\"name\":\"web\",\"namespace\":\"shop\",\"uid\":\"11d2\"" + metadata + "},\"spec\":{" + spec + "}}", KubernetesJson.Default.CoreV1Pod)!;
        if (pod.Spec.Containers.Count == 0)
            pod.Spec.Containers.Add(new Container { Name = "c", VolumeMounts = [.. (pod.Spec.Volumes ?? []).Select(volume => new VolumeMount { Name = volume.Name, MountPath = "/" + volume.Name })] });
        return pod;
    }

    public Task SetUpAsync() => Set.SetUpAsync(Pod, CancellationToken.None);

    public Task<bool> UpdateAsync() => Set.UpdateAsync(Pod, CancellationToken.None);

    public IReadOnlyList<ContainerMount> Mounts(params (string Name, string Value)[] environment) =>
        Set.MountsFor(Pod.Spec.Containers[0], environment.ToDictionary(pair => pair.Name, pair => pair.Value));

    /// <summary>Where a volume is.</summary>
    public string Volume(string name) => Mounts().Single(mount => mount.MountPath == "/" + name).Source;

    public string Read(string volume, string path) => File.ReadAllText(Path.Combine(Volume(volume), path));

    public FileStatus Status(string volume, string path) => FileStatus.Find(Path.Combine(Volume(volume), path), follow: true)!.Value;

    public async ValueTask DisposeAsync()
    {
        await _manager.DisposeAsync();
        DirectoryTree.Names(_directory.Path).ShouldBeEmpty("a node leaves nothing behind");
        _directory.Dispose();
    }
}
