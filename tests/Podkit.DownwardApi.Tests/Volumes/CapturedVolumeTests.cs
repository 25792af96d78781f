using System.Text;
using System.Text.Json;
using Podkit.Model.Core.V1;

namespace Podkit.DownwardApi.Tests;

public class CapturedVolumeTests
{
    public static TheoryData<string> Cases() =>
        [.. KubeletCapture.Instance.Cases.Where(c => c.TryGetProperty("volume", out _)).Select(c => c.Text("case")!)];

    [Fact]
    public void There_are_seven_volumes_of_which_one_is_patched_three_times() => Cases().Count.ShouldBe(10);

    [Theory, MemberData(nameof(Cases))]
    public void The_files_are_those_of_a_real_kubelet(string name)
    {
        var one = KubeletCapture.Instance.Case(name);
        var pod = KubeletCapture.Instance.Pod(one);
        Rendered(pod, pod.Spec.Volumes!.Single(v => v.Name == "info")).ShouldBe(Captured(one.GetProperty("volume")));
    }

    [Theory]
    [InlineData("volume-maps")]
    [InlineData("projected-all")]
    public void The_service_account_mount_is_that_of_a_real_kubelet(string name)
    {
        var one = KubeletCapture.Instance.Case(name);
        var sources = new List<VolumeProjection>
        {
            new() { ServiceAccountToken = new() { Path = "token", ExpirationSeconds = 3607 } },
            new() { ConfigMap = new() { Name = "kube-root-ca.crt", Items = [new() { Key = "ca.crt", Path = "ca.crt" }] } },
            new() { DownwardAPI = new() { Items = [new() { Path = "namespace", FieldRef = new() { FieldPath = "metadata.namespace" } }] } },
            new() { ConfigMap = new() { Name = "openshift-service-ca.crt", Items = [new() { Key = "service-ca.crt", Path = "service-ca.crt" }] } },
        };
        var volume = new Volume { Name = "kube-api-access-x", Projected = new() { DefaultMode = 420, Sources = sources } };
        Rendered(KubeletCapture.Instance.Pod(one), volume).ShouldBe(Captured(one.GetProperty("kubeApiAccess")));
    }

    /// <summary>The root, every directory and every file with mode, owner and content.</summary>
    private static List<string> Rendered(Pod pod, Volume volume)
    {
        var payload = PodVolumes.Render(pod, volume, KubeletCapture.Instance.Context(pod));
        payload.Errors.ShouldBeEmpty();
        var fsGroup = pod.Spec.SecurityContext?.FsGroup;
        var lines = new SortedSet<string>(StringComparer.Ordinal) { Line(".", VolumeOwnership.OfRoot(fsGroup), null) };
        foreach (var file in payload.Files)
        {
            lines.Add(Line("/" + file.Path, VolumeOwnership.OfFile(file, fsGroup), Encoding.UTF8.GetString(file.Content.Span)));
            for (var slash = file.Path.Length; slash >= 0; slash = slash == 0 ? -1 : file.Path.LastIndexOf('/', slash - 1))
            {
                if (slash < file.Path.Length)
                    lines.Add(Line("/" + file.Path[..slash], VolumeOwnership.OfDirectory(fsGroup), null));
            }
            lines.Add(Line("", VolumeOwnership.OfDirectory(fsGroup), null));
        }
        return [.. lines];
    }

    private static string Line(string path, VolumeOwnership owner, string? content) =>
        $"{path} 0o{Convert.ToString(owner.Mode, 8)} {owner.User ?? 0}:{owner.Group ?? 0} {content ?? "(directory)"}";

    private static List<string> Captured(JsonElement volume)
    {
        var lines = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var entry in volume.EnumerateObject().Where(e => !e.Value.TryGetProperty("link", out _)))
        {
            // Below "..2026_11_22_10_25_45.2575007283", the directory to which ..data points.
            var slash = entry.Name.IndexOf('/', StringComparison.Ordinal);
            var path = entry.Name == "." ? "." : slash < 0 ? "" : entry.Name[slash..];
            var value = entry.Value;
            lines.Add($"{path} {value.Text("mode")} {value.GetProperty("uid")}:{value.GetProperty("gid")} {value.Text("content") ?? "(directory)"}");
        }
        return [.. lines];
    }
}
