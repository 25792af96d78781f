using System.Text;
using Podkit.Model.Core.V1;

namespace Podkit.DownwardApi.Tests;

public class PodVolumesTests
{
    private readonly Pod pod = new()
    {
        Metadata = new() { Name = "web", Namespace = "shop" },
        Spec = new() { Containers = [new() { Name = "main" }] },
    };

    private static readonly DownwardApiContext Context = new()
    {
        ConfigMap = (_, name) => name == "cm" ? new() { Data = new() { ["b"] = "é" }, BinaryData = new() { ["a"] = [0xFF, 0] } } : null,
        Secret = (_, name) => name == "sec" ? new() { Data = new() { ["pw"] = [1, 2] } } : null,
        ServiceAccountToken = (ServiceAccountTokenProjection projection, out string? error) =>
        {
            error = projection.Audience == "broken" ? "connection refused" : null;
            return error is null ? $"token for {projection.Audience}" : null;
        },
    };

    [Fact]
    public void A_ConfigMap_volume_has_a_file_per_key_of_data_and_binary_data()
    {
        Files(new() { ConfigMap = new() { Name = "cm" } }).ShouldBe(["a 644 FF00", "b 644 C3A9"]);
        Files(new() { ConfigMap = new() { Name = "cm", DefaultMode = 256, Items = [new() { Key = "a", Path = "x/y" }, new() { Key = "b", Path = "z", Mode = 511 }] } })
            .ShouldBe(["x/y 400 FF00", "z 777 C3A9"]);
    }

    [Fact]
    public void A_Secret_volume_has_a_file_per_key()
    {
        Files(new() { Secret = new() { SecretName = "sec", DefaultMode = 288 } }).ShouldBe(["pw 440 0102"]);
        Files(new() { Secret = new() { SecretName = "sec", Items = [new() { Key = "pw", Path = "p" }] } }).ShouldBe(["p 644 0102"]);
    }

    [Fact]
    public void What_is_missing_is_told_in_the_kubelets_words()
    {
        Errors(new() { ConfigMap = new() { Name = "gone" } }).ShouldBe(["configmap \"gone\" not found"]);
        Errors(new() { Secret = new() { SecretName = "gone" } }).ShouldBe(["secret \"gone\" not found"]);
        Errors(new() { ConfigMap = new() { Name = "cm", Items = [new() { Key = "k", Path = "p" }] } }).ShouldBe(["configmap references non-existent config key: k"]);
        Errors(new() { Secret = new() { SecretName = "sec", Items = [new() { Key = "k", Path = "p" }] } }).ShouldBe(["references non-existent secret key: k"]);
    }

    [Fact]
    public void What_is_optional_may_be_missing()
    {
        Files(new() { ConfigMap = new() { Name = "gone", Optional = true } }).ShouldBeEmpty();
        Files(new() { Secret = new() { SecretName = "gone", Optional = true, Items = [new() { Key = "k", Path = "p" }] } }).ShouldBeEmpty();
        Files(new() { ConfigMap = new() { Name = "cm", Optional = true, Items = [new() { Key = "k", Path = "p" }, new() { Key = "b", Path = "b" }] } }).ShouldBe(["b 644 C3A9"]);
    }

    [Fact]
    public void The_errors_of_a_volume_make_one_event()
    {
        var volume = new Volume
        {
            Name = "all",
            Projected = new()
            {
                Sources =
                [
                    new() { ConfigMap = new() { Name = "gone" } },
                    new() { DownwardAPI = new() { Items = [Item("f", "status.podIP"), new() { Path = "r", ResourceFieldRef = new() { ContainerName = "x", Resource = "limits.cpu" } }] } },
                    new() { ServiceAccountToken = new() { Path = "t", Audience = "broken" } },
                    new() { PodCertificate = new() { SignerName = "s", KeyType = "ED25519" } },
                ],
            },
        };
        var payload = PodVolumes.Render(pod, volume, Context);
        payload.FailedMountMessage.ShouldBe(
            "MountVolume.SetUp failed for volume \"all\" : [configmap \"gone\" not found, unsupported fieldPath: status.podIP, container x not found, "
            + "failed to fetch token: connection refused, podCertificate of signer \"s\": this node does not issue pod certificates]");
        payload.Errors.ShouldAllBe(e => e.Reason == "FailedMount");
        PodVolumes.Render(pod, new() { Name = "one", Secret = new() { SecretName = "x" } }, Context).FailedMountMessage
            .ShouldBe("MountVolume.SetUp failed for volume \"one\" : secret \"x\" not found");
        PodVolumes.Render(pod, new() { Name = "none", DownwardAPI = new() }, Context).FailedMountMessage.ShouldBeNull();
    }

    [Fact]
    public void Without_a_source_of_tokens_a_token_is_an_error()
    {
        PodVolumes.Render(pod, Token(), DownwardApiContext.Empty).Errors.ShouldHaveSingleItem().Message.ShouldBe("failed to fetch token: no token is at hand");
    }

    [Theory]
    [InlineData(null, null, null, "644", null, "644")]
    [InlineData(1000L, null, null, "600", 1000L, "600")]
    [InlineData(1000L, 1000L, null, "600", 1000L, "600")]
    [InlineData(1000L, 2000L, null, "644", null, "644")]
    [InlineData(null, null, 3000L, "600", null, "640")]
    [InlineData(1000L, 2000L, 3000L, "600", null, "640")]
    public void A_token_is_private_when_the_pod_says_whose_it_is(long? podUser, long? containerUser, long? fsGroup, string mode, long? owner, string seen)
    {
        pod.Spec.SecurityContext = new() { RunAsUser = podUser, FsGroup = fsGroup };
        pod.Spec.InitContainers = [new() { Name = "setup" }];
        pod.Spec.Containers[0].SecurityContext = new() { RunAsUser = containerUser };
        var file = PodVolumes.Render(pod, Token(), Context).Files.ShouldHaveSingleItem();
        Convert.ToString(file.Mode, 8).ShouldBe(mode);
        file.User.ShouldBe(owner);
        Convert.ToString(VolumeOwnership.OfFile(file, fsGroup).Mode, 8).ShouldBe(seen);
        Encoding.UTF8.GetString(file.Content.Span).ShouldBe("token for vault");
    }

    [Fact]
    public void Of_two_files_with_one_path_the_later_wins()
    {
        var volume = new Volume { DownwardAPI = new() { Items = [Item("./a", "metadata.name"), Item("a", "metadata.namespace")] } };
        Files(volume).ShouldBe(["a 644 " + Convert.ToHexString("shop"u8)]);
    }

    [Fact]
    public void A_file_cannot_stand_below_another()
    {
        var volume = new Volume { DownwardAPI = new() { Items = [Item("a/b/c", "metadata.name"), Item("a/b", "metadata.namespace")] } };
        Errors(volume).ShouldBe(["invalid path: a/b/c: a/b is a file of the same volume"]);
    }

    [Theory]
    [InlineData("a//b/./c/", "a/b/c", "")]
    [InlineData("..a", "", "invalid path: must not start with '..': ..a")]
    [InlineData("a/..b", "a/..b", "")]
    [InlineData("a/../b", "", "invalid path: must not contain '..': a/../b")]
    [InlineData("/a", "", "invalid path: must be relative path: /a")]
    [InlineData("", "", "invalid path: must not be empty: \"\"")]
    [InlineData("./", "", "invalid path: must not be empty: \"./\"")]
    [InlineData("a\0", "", "invalid path: must not contain a NUL: \"a\\x00\"")]
    public void A_path_is_checked_and_cleaned(string path, string clean, string error)
    {
        VolumePaths.TryClean(path, out var actual, out var problem).ShouldBe(error.Length == 0);
        actual.ShouldBe(clean);
        problem.ShouldBe(error);
    }

    [Fact]
    public void A_path_must_not_be_longer_than_a_file_system_allows()
    {
        VolumePaths.TryClean(new string('a', 255), out _, out _).ShouldBeTrue();
        VolumePaths.TryClean(new string('é', 128), out _, out var error).ShouldBeFalse();
        error.ShouldBe("invalid path: filenames must be less than or equal to 255 characters");
        VolumePaths.TryClean(string.Concat(Enumerable.Repeat("aaa/", 1025)), out _, out error).ShouldBeFalse();
        error.ShouldBe("invalid path: must be less than or equal to 4096 characters");
    }

    [Fact]
    public void An_optional_trust_bundle_is_an_empty_file_and_another_an_error()
    {
        Files(Projected(new() { ClusterTrustBundle = new() { Path = "ca", Optional = true } })).ShouldBe(["ca 644 "]);
        Errors(Projected(new() { ClusterTrustBundle = new() { Path = "ca" } })).ShouldHaveSingleItem().ShouldContain("no trust bundles");
    }

    [Fact]
    public void Other_kinds_of_volumes_are_not_rendered()
    {
        var volume = new Volume { Name = "v", EmptyDir = new() };
        PodVolumes.CanRender(volume).ShouldBeFalse();
        Should.Throw<ArgumentException>(() => PodVolumes.Render(pod, volume, Context)).Message.ShouldStartWith("volume v is none of");
    }

    private static DownwardAPIVolumeFile Item(string path, string field) => new() { Path = path, FieldRef = new() { FieldPath = field } };

    private static Volume Projected(VolumeProjection source) => new() { Projected = new() { Sources = [source] } };

    private static Volume Token() => Projected(new() { ServiceAccountToken = new() { Path = "t", Audience = "vault" } });

    private List<string> Files(Volume volume)
    {
        PodVolumes.CanRender(volume).ShouldBeTrue();
        var payload = PodVolumes.Render(pod, volume, Context);
        payload.Errors.ShouldBeEmpty();
        return [.. payload.Files.Select(f => $"{f.Path} {Convert.ToString(f.Mode, 8)} {Convert.ToHexString(f.Content.Span)}")];
    }

    private List<string> Errors(Volume volume) => [.. PodVolumes.Render(pod, volume, Context).Errors.Select(e => e.Message)];
}
