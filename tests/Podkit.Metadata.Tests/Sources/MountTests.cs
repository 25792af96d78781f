using Podkit.Metadata.Sources;
using Podkit.Metadata.Testing;
using Podkit.Testing;

namespace Podkit.Metadata.Tests.Sources;

public sealed class MountTests : IDisposable
{
    private const string Uid = "2a9d83a9-2e4f-4e62-b511-21d11d8d9e25";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_kubelets_mounts_tell_the_uid_and_the_container()
    {
        var mountInfo = _folder.Write("mountinfo", $"""
            700 600 0:50 / / rw,relatime master:1 - overlay overlay rw
            701 700 8:1 /var/lib/kubelet/pods/{Uid}/containers/main/1a2b3c4d /dev/termination-log rw - ext4 /dev/sda1 rw
            702 700 8:1 /var/lib/kubelet/pods/{Uid}/etc-hosts /etc/hosts rw - ext4 /dev/sda1 rw
            broken
            """);
        using var pod = PodMetadata.Open(Nowhere.Options(null, mountInfo));
        (pod.Current.IsInPod, pod.Current.Uid, pod.Current.ContainerName).ShouldBe((true, Uid, "main"));
    }

    [Theory]
    [InlineData(true, Uid, "main")]
    [InlineData(false, "", "")]
    public void Mounts_of_other_pods_are_not_taken_for_the_own(bool hasOwn, string uid, string container)
    {
        const string Other = "99999999-2e4f-4e62-b511-21d11d8d9e25";
        const string Third = "88888888-2e4f-4e62-b511-21d11d8d9e25";
        var own = hasOwn ? $"""
            3 0 8:1 /var/lib/kubelet/pods/{Uid}/etc-hosts /etc/hosts rw - ext4 /dev/sda1 rw
            4 0 8:1 /var/lib/kubelet/pods/{Uid}/containers/main/1a2b3c4d /dev/termination-log rw - ext4 /dev/sda1 rw
            """ : "";
        var mountInfo = _folder.Write("mountinfo", $"""
            1 0 8:1 /var/lib/kubelet/pods/{Other}/volumes/kubernetes.io~empty-dir/x /other rw - ext4 /dev/sda1 rw
            2 0 8:1 /var/lib/kubelet/pods/{Third}/containers/third/1 /third rw - ext4 /dev/sda1 rw
            {own}
            """);
        using var pod = PodMetadata.Open(Nowhere.Options(null, mountInfo));
        (pod.Current.Uid, pod.Current.ContainerName).ShouldBe((uid, container));
    }

    [Theory]
    [InlineData("/var/lib/kubelet/pods/u/volumes/kubernetes.io~configmap/config", "env=\"production\"", "x=\"y\"", false)]
    [InlineData("/var/lib/kubelet/pods/u/volumes/kubernetes.io~secret/config", "env=\"production\"", "x=\"y\"", false)]
    [InlineData("/", "", null, false)]
    [InlineData("/", "", "", true)]
    [InlineData("/", "env=\"production\"", null, true)]
    public void A_volume_of_a_ConfigMap_or_with_an_empty_file_is_no_proof(string root, string labels, string? annotations, bool isTaken)
    {
        using var volume = new AtomicVolume(Path.Combine(_folder.Path, "config"));
        volume.Write(new[] { ("labels", labels), ("name", "not me"), ("annotations", annotations) }.Where(f => f.Item2 is not null).ToDictionary(f => f.Item1, f => f.Item2!));
        var mountInfo = _folder.Write("mountinfo", $"1 0 8:1 {root} {volume.Path} ro - tmpfs tmpfs rw\n");
        using var pod = PodMetadata.Open(Nowhere.Options(null, mountInfo));
        pod.Status.Volumes.Count.ShouldBe(isTaken ? 1 : 0);
        pod.Current.Name.ShouldBe(isTaken ? "not me" : "");
    }

    [Fact]
    public void A_volume_is_found_wherever_it_is_mounted_and_a_ConfigMap_with_such_names_is_not_taken_for_one()
    {
        using var fake = new FakePod("web-1", "shop", Path.Combine(_folder.Path, "pod info"));
        fake.SetLabel("env", "production");
        using var configMap = new AtomicVolume(Path.Combine(_folder.Path, "config"));
        configMap.Write(new Dictionary<string, string> { ["name"] = "not me", ["labels"] = "no labels either", ["a"] = "b" });
        var mountInfo = _folder.Write("mountinfo", $"1 0 8:1 / {configMap.Path} ro - tmpfs tmpfs rw\n2 0 8:1 / {fake.Directory.Replace(" ", "\\040", StringComparison.Ordinal)} ro - tmpfs tmpfs rw\n3 0 8:1 / /proc rw - proc proc rw\n");
        using var pod = PodMetadata.Open(Nowhere.Options(null, mountInfo));
        pod.Status.Volumes.ShouldHaveSingleItem().Path.ShouldBe(fake.Directory);
        (pod.Current.Name, pod.Current.Labels["env"]).ShouldBe(("web-1", "production"));
        pod.Current.Origin("metadata.labels['env']").ShouldBe(new PodValue("metadata.labels", MetadataSource.File, fake.Directory + "/labels", true));
        pod.Current.Origin("metadata.labels['nope']").ShouldBeNull();
    }

    [Fact]
    public void A_subPath_mount_is_read_and_it_is_said_once_that_it_stays_behind()
    {
        var file = _folder.Write("labels", "env=\"production\"");
        var mountInfo = _folder.Write("mountinfo", $"1 0 8:1 /var/lib/kubelet/pods/{Uid}/volumes/kubernetes.io~downward-api/info/..2026_11_22_10_25_46.1088695942/labels {file} ro - ext4 /dev/sda1 rw\n");
        var log = new TestLog();
        using var pod = PodMetadata.Open(Nowhere.Options(null, mountInfo), log);
        pod.Current.Labels["env"].ShouldBe("production");
        pod.Current.Origin("metadata.labels")!.Value.CanChange.ShouldBeFalse();
        log.Lines.ShouldHaveSingleItemThat(l => l.StartsWith("Warning", StringComparison.Ordinal))
            .ShouldBe($"Warning: metadata.labels, read from {file}, will not change here when changed in Kubernetes: a subPath mount stays as it was at the container's start; mount the whole volume at a directory of its own, without subPath");
    }

    [Fact]
    public void A_subPath_mount_below_the_volumes_directory_is_known_as_such()
    {
        var directory = Directory.CreateDirectory(Path.Combine(_folder.Path, "podinfo")).FullName;
        File.WriteAllText(Path.Combine(directory, "labels"), "env=\"production\"");
        var mountInfo = _folder.Write("mountinfo", $"1 0 8:1 /x/..2026_11_22_10_25_46.1/labels {directory}/labels ro - ext4 /dev/sda1 rw\n");
        using var pod = PodMetadata.Open(Nowhere.Options(null, mountInfo, directory));
        pod.Current.Origin("metadata.labels").ShouldBe(new PodValue("metadata.labels", MetadataSource.File, directory + "/labels", false));
    }

    [Theory]
    [InlineData("/a/..2026_11_22_10_25_46.1088695942/labels", true)]
    [InlineData("/var/lib/kubelet/pods/u/volume-subpaths/info/main/0", true)]
    [InlineData("/var/lib/kubelet/pods/u/volumes/kubernetes.io~downward-api/info", false)]
    [InlineData("/..data", false)]
    public void Pieces_of_a_version_are_told_from_volumes(string root, bool isPiece) => new Mount(root, "/x").IsPieceOfVersion.ShouldBe(isPiece);

    [Theory]
    [InlineData("labels", "metadata.labels")]
    [InlineData("pod-labels", "metadata.labels")]
    [InlineData("metadata.annotations", "metadata.annotations")]
    [InlineData("POD_NAME", "metadata.name")]
    [InlineData("labels/app.kubernetes.io/name", "metadata.labels['app.kubernetes.io/name']")]
    [InlineData("cpu_limit", "limits.cpu")]
    [InlineData("limits.cpu", "limits.cpu")]
    [InlineData("limits/cpu", "limits.cpu")]
    [InlineData("limits/memory", "limits.memory")]
    [InlineData("mem_request", "requests.memory")]
    [InlineData("memory-limit", "limits.memory")]
    [InlineData("limits.ephemeral-storage", "limits.ephemeral-storage")]
    [InlineData("token", null)]
    [InlineData("ca.crt", null)]
    public void Names_of_files_say_what_they_hold(string path, string? fieldPath) => Conventions.OfFile(path)?.FieldPath.ShouldBe(fieldPath);
}
