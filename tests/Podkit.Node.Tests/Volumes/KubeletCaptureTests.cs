using System.Text.Json;
using Podkit.Model;
using Podkit.Model.Core.V1;
using Podkit.Node.Interop;

namespace Podkit.Node.Tests.Volumes;

/// <summary>Every volume that a real kubelet made, file by file: modes, owners, links and content.</summary>
public sealed class KubeletCaptureTests
{
    private static readonly JsonElement Capture = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Data/kubelet-capture.json"))).RootElement;

    public static TheoryData<string> Cases()
    {
        var cases = new TheoryData<string>();
        foreach (var item in Capture.GetProperty("cases").EnumerateArray().Where(item => item.TryGetProperty("volume", out _))) cases.Add(item.GetProperty("case").GetString()!);
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_volume_is_as_a_kubelet_made_it(string name)
    {
        var item = Case(name);
        var manifest = item.TryGetProperty("manifest", out var own) ? own : Case("volume-maps").GetProperty("manifest");
        var pod = manifest.Deserialize(KubernetesJson.Default.CoreV1Pod)!;
        var metadata = item.GetProperty("metadata");
        (pod.Metadata.Name, pod.Metadata.Namespace, pod.Metadata.Uid) = (metadata.GetProperty("name").GetString(), metadata.GetProperty("namespace").GetString(), metadata.GetProperty("uid").GetString());
        pod.Metadata.Labels = Map(metadata, "labels");
        pod.Metadata.Annotations = Map(metadata, "annotations") ?? [];
        AddOwnAnnotations(pod, item.GetProperty("volume"));
        await using var fixture = new VolumeFixture("\"volumes\":[]");
        fixture.Sources.AddConfigMap("cm", ("A", "from-cm"));
        fixture.Sources.AddSecret("sec", ("A", "from-secret"), ("PW", "p$(A)w"));
        fixture.Sources.NodeAllocatable = Capture.GetProperty("node").GetProperty("allocatable").EnumerateObject().ToDictionary(pair => pair.Name, pair => Quantity.Parse(pair.Value.GetString()!));
        await using var set = new PodVolumeManager(new PodVolumeOptions { BaseDirectory = fixture.Root + "/memory" }, fixture.Sources, fixture.Sources, fixture.Sources, TimeProvider.System);
        await using var volumes = set.Open(pod);
        await volumes.SetUpAsync(pod, CancellationToken.None);
        var volume = pod.Spec.Volumes!.Single(volume => volume.Name != "kube-api-access" && Podkit.DownwardApi.PodVolumes.CanRender(volume));
        Describe(Path.Combine(volumes.PodDirectory, "volumes", volume.Name)).ShouldBe(Expected(item.GetProperty("volume")));
    }

    private static JsonElement Case(string name) => Capture.GetProperty("cases").EnumerateArray().Single(item => item.GetProperty("case").GetString() == name);

    private static Dictionary<string, string>? Map(JsonElement metadata, string name) =>
        metadata.TryGetProperty(name, out var map) && map.ValueKind == JsonValueKind.Object ? map.EnumerateObject().ToDictionary(pair => pair.Name, pair => pair.Value.GetString()!) : null;

    /// <summary>The annotations that the kubelet itself added can be read only from the file that it wrote.</summary>
    private static void AddOwnAnnotations(Pod pod, JsonElement volume)
    {
        var file = volume.EnumerateObject().FirstOrDefault(entry => entry.Name.EndsWith("/annotations", StringComparison.Ordinal));
        if (file.Value.ValueKind != JsonValueKind.Object || !file.Value.TryGetProperty("content", out var content)) return;
        foreach (var line in content.GetString()!.Split('\n').Where(line => line.StartsWith("kubernetes.io/config.", StringComparison.Ordinal)))
            pod.Metadata.Annotations![line[..line.IndexOf('=')]] = line[(line.IndexOf('=') + 2)..^1];
    }

    private static List<string> Expected(JsonElement volume) => Normalize(volume.EnumerateObject().Select(entry =>
    {
        var value = entry.Value;
        if (value.TryGetProperty("link", out var link)) return $"{entry.Name} -> {link.GetString()}";
        var mode = Convert.ToUInt32(value.GetProperty("mode").GetString()![2..], 8);
        var what = value.TryGetProperty("content", out var content) ? content.GetString() : "directory";
        return $"{entry.Name} {Convert.ToString(mode, 8)} {Owner(value.GetProperty("uid").GetUInt32(), value.GetProperty("gid").GetUInt32())} {what}";
    }));

    private static List<string> Describe(string root) => Normalize(DirectoryTree.Walk(root).Select(entry =>
    {
        var name = Path.GetRelativePath(root, entry.Path);
        if (entry.Status.IsSymbolicLink) return $"{name} -> {Posix.ReadLink(entry.Path)}";
        var content = entry.Status.IsDirectory ? "directory" : File.ReadAllText(entry.Path);
        if (content.StartsWith("token-", StringComparison.Ordinal)) content = "<jwt>";
        return $"{name} {Convert.ToString(entry.Status.Permissions, 8)} {Owner(entry.Status.Uid, entry.Status.Gid)} {content}";
    }));

    /// <summary>Only root can give files away.</summary>
    private static string Owner(uint uid, uint gid) => Posix.IsRoot ? $"{uid}:{gid}" : "";

    /// <summary>The directory of one version has a name of its own each time.</summary>
    private static List<string> Normalize(IEnumerable<string> lines) =>
        [.. lines.Select(line => System.Text.RegularExpressions.Regex.Replace(line, @"\.\.\d{4}_\d\d_\d\d_\d\d_\d\d_\d\d\.\d+", "..VERSION")).Order(StringComparer.Ordinal)];
}
