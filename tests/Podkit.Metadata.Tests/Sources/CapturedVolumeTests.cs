using System.Text.Json;
using Podkit.DownwardApi;
using Podkit.Metadata.Testing;
using Podkit.Model;
using Podkit.Model.Core.V1;

namespace Podkit.Metadata.Tests.Sources;

/// <summary>The trees that a real kubelet has written, read back as the metadata of their pods.</summary>
public class CapturedVolumeTests
{
    private const string Own = "main";

    private static readonly JsonElement Root = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Data", "kubelet-capture.json"))).RootElement;

    public static TheoryData<string> Cases() => [.. All().Where(c => c.TryGetProperty("volume", out _)).Select(c => c.GetProperty("case").GetString()!)];

    [Fact]
    public void There_are_ten_trees() => Cases().Count.ShouldBe(10);

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_tree_reads_back_as_the_pods_metadata(string name)
    {
        var one = All().Single(c => c.GetProperty("case").GetString() == name);
        var metadata = one.GetProperty("metadata").Deserialize(KubernetesJson.Default.MetaV1ObjectMeta)!;
        var manifest = (one.TryGetProperty("manifest", out var own) ? own : All().First(c => c.GetProperty("case").GetString() == "volume-maps").GetProperty("manifest")).Deserialize(KubernetesJson.Default.CoreV1Pod)!;
        using var volume = new AtomicVolume();
        volume.Write(Tree(one.GetProperty("volume")));
        var items = Items(manifest.Spec.Volumes!.Single(v => v.Name == "info")).Where(i => i.ResourceFieldRef is null or { ContainerName: Own }).ToList();
        using var pod = PodMetadata.Open(Options(volume, items));
        pod.Status.Problems.ShouldBeEmpty();
        foreach (var item in items.Where(i => i.FieldRef is not null)) CheckField(pod.Current, item.FieldRef!.FieldPath, metadata);
        foreach (var resource in items.Select(i => i.ResourceFieldRef).OfType<ResourceFieldSelector>().GroupBy(r => r.Resource)) CheckResource(pod.Current, [.. resource], manifest);
    }

    private static void CheckField(PodSnapshot state, string fieldPath, Model.Meta.V1.ObjectMeta metadata)
    {
        switch (fieldPath)
        {
            case "metadata.name": state.Name.ShouldBe(metadata.Name); break;
            case "metadata.namespace": state.Namespace.ShouldBe(metadata.Namespace); break;
            case "metadata.uid": state.Uid.ShouldBe(metadata.Uid); break;
            case "metadata.labels": ShouldBeSame(state.Labels, metadata.Labels); break;
            case "metadata.annotations": ShouldBeSame(state.Annotations.Where(a => !a.Key.StartsWith("kubernetes.io/config.", StringComparison.Ordinal)), metadata.Annotations); break;
            default:
                DownwardApi.FieldPaths.TrySplitSubscript(fieldPath, out var map, out var key).ShouldBeTrue();
                var (read, original) = map == "metadata.labels" ? (state.Labels, metadata.Labels) : (state.Annotations, metadata.Annotations);
                read[key].ShouldBe(original?.GetValueOrDefault(key) ?? "");
                break;
        }
    }

    private static void ShouldBeSame(IEnumerable<KeyValuePair<string, string>> read, Dictionary<string, string>? original) =>
        read.OrderBy(e => e.Key, StringComparer.Ordinal).ShouldBe((original ?? []).OrderBy(e => e.Key, StringComparer.Ordinal));

    /// <summary>What the container sets; where it sets nothing, what the node has. A kubelet rounds up to the divisor, so the finest divisor counts.</summary>
    private static void CheckResource(PodSnapshot state, List<ResourceFieldSelector> fields, Pod manifest)
    {
        var container = manifest.Spec.Containers.Find(c => c.Name == Own)!;
        var allocatable = Root.GetProperty("node").GetProperty("allocatable").EnumerateObject().ToDictionary(a => a.Name, a => Quantity.Parse(a.Value.GetString()!));
        var expected = fields.Min(field =>
        {
            ResourceFields.TryGetValue(field, container, allocatable, out var text, out _).ShouldBeTrue();
            var divisor = field.Divisor is { Sign: > 0 } given ? given : Quantity.Parse("1");
            return long.Parse(text) * (divisor.MilliValue / 1000d);
        });
        var amounts = fields[0].Resource.StartsWith("limits.", StringComparison.Ordinal) ? state.Resources.Limits : state.Resources.Requests;
        double? read = fields[0].Resource.Split('.')[1] switch { "cpu" => amounts.CpuCores, "memory" => amounts.MemoryBytes, _ => amounts.EphemeralStorageBytes };
        read.ShouldBe(expected);
    }

    private static PodMetadataOptions Options(AtomicVolume volume, List<DownwardAPIVolumeFile> items)
    {
        var options = Nowhere.Options(null, "", volume.Path);
        foreach (var item in items)
        {
            VolumePaths.TryClean(item.Path, out var path, out _).ShouldBeTrue();
            if (item.ResourceFieldRef is { } resource) options.Files[path] = $"{resource.Resource}/{(resource.Divisor is { Sign: > 0 } given ? given.ToString() : "1")}";
            else options.Files[path] = item.FieldRef!.FieldPath;
        }

        return options;
    }

    private static List<JsonElement> All() => [.. Root.GetProperty("cases").EnumerateArray()];

    private static IEnumerable<DownwardAPIVolumeFile> Items(Volume volume) => volume.DownwardAPI?.Items ?? volume.Projected!.Sources!.SelectMany(s => s.DownwardAPI?.Items ?? []);

    private static Dictionary<string, string> Tree(JsonElement volume)
    {
        var version = volume.GetProperty("..data").GetProperty("link").GetString() + "/";
        return volume.EnumerateObject().Where(e => e.Name.StartsWith(version, StringComparison.Ordinal) && e.Value.TryGetProperty("content", out _))
            .ToDictionary(e => e.Name[version.Length..], e => e.Value.GetProperty("content").GetString()!);
    }
}
