using System.Text.Json;
using Podkit.Model;
using Podkit.Node.Interop;

namespace Podkit.Node.Tests.Volumes;

public sealed class PodVolumeSetTests
{
    private const string ServiceAccountVolume = """
        {"name":"kube-api-access","projected":{"defaultMode":420,"sources":[
          {"serviceAccountToken":{"expirationSeconds":3607,"path":"token"}},
          {"configMap":{"name":"kube-root-ca.crt","items":[{"key":"ca.crt","path":"ca.crt"}]}},
          {"downwardAPI":{"items":[{"path":"namespace","fieldRef":{"apiVersion":"v1","fieldPath":"metadata.namespace"}}]}}]}}
        """;

    [Fact]
    public async Task The_service_account_mount_has_token_authority_and_namespace()
    {
        await using var fixture = new VolumeFixture($"\"serviceAccountName\":\"web\",\"volumes\":[{ServiceAccountVolume}]");
        fixture.Sources.AddConfigMap("kube-root-ca.crt", ("ca.crt", "PEM"));
        await fixture.SetUpAsync();
        fixture.Read("kube-api-access", "token").ShouldBe("token-1-of-shop/web");
        fixture.Read("kube-api-access", "ca.crt").ShouldBe("PEM");
        fixture.Read("kube-api-access", "namespace").ShouldBe("shop");
        fixture.Mounts().ShouldHaveSingleItem().ReadOnly.ShouldBeTrue();
        var request = fixture.Sources.Requests.ShouldHaveSingleItem();
        (request.ExpirationSeconds, request.Audiences.Count).ShouldBe((3607, 0));
        (request.BoundObjectRef!.Kind, request.BoundObjectRef.Name, request.BoundObjectRef.Uid).ShouldBe(("Pod", "web", "11d2"));
        fixture.Status("kube-api-access", "token").Permissions.ShouldBe(0x1A4u);
    }

    [Theory]
    [InlineData("\"securityContext\":{\"runAsUser\":1234},", 0x180u, 1234u, 0u)]
    [InlineData("\"securityContext\":{\"fsGroup\":2000},", 0x1A0u, 0u, 2000u)]
    [InlineData("\"securityContext\":{\"runAsUser\":1234,\"fsGroup\":2000},", 0x1A0u, 1234u, 2000u)]
    public async Task The_token_belongs_to_the_pods_user_alone(string context, uint mode, uint uid, uint gid)
    {
        if (!Posix.IsRoot) return;
        await using var fixture = new VolumeFixture($"{context}\"volumes\":[{ServiceAccountVolume}]");
        fixture.Sources.AddConfigMap("kube-root-ca.crt", ("ca.crt", "PEM"));
        await fixture.SetUpAsync();
        var status = fixture.Status("kube-api-access", "token");
        (status.Permissions, status.Uid, status.Gid).ShouldBe((mode, uid, gid));
    }

    [Fact]
    public async Task A_token_is_written_again_when_it_is_time_and_kept_when_that_fails()
    {
        var clock = new TestClock();
        await using var fixture = new VolumeFixture($"\"volumes\":[{ServiceAccountVolume}]", time: clock);
        fixture.Sources.AddConfigMap("kube-root-ca.crt", ("ca.crt", "PEM"));
        await fixture.SetUpAsync();
        var due = fixture.Set.NextRefresh.ShouldNotBeNull();
        (due - clock.GetUtcNow()).TotalSeconds.ShouldBeInRange((3607 * 0.8) - 10.1, 3607 * 0.8);
        (await fixture.UpdateAsync()).ShouldBeFalse();
        clock.Advance(due - clock.GetUtcNow());
        fixture.Sources.TokenFailure = "no etcd";
        (await fixture.UpdateAsync()).ShouldBeFalse();
        fixture.Read("kube-api-access", "token").ShouldStartWith("token-1-");
        fixture.Set.NextRefresh.ShouldBe(clock.GetUtcNow() + TimeSpan.FromSeconds(10));
        clock.Advance(TimeSpan.FromSeconds(10));
        fixture.Sources.TokenFailure = null;
        (await fixture.UpdateAsync()).ShouldBeTrue();
        fixture.Read("kube-api-access", "token").ShouldStartWith("token-2-");
    }

    [Fact]
    public async Task Labels_configmaps_and_secrets_follow_their_objects()
    {
        await using var fixture = new VolumeFixture(
            """
            "volumes":[{"name":"info","downwardAPI":{"items":[{"path":"labels","fieldRef":{"fieldPath":"metadata.labels"}}]}},
              {"name":"conf","configMap":{"name":"cm"}},{"name":"keys","secret":{"secretName":"sec","defaultMode":256}}]
            """,
            ",\"labels\":{\"env\":\"production\"}");
        fixture.Sources.AddConfigMap("cm", ("a", "1"), ("b", "1"));
        fixture.Sources.AddSecret("sec", ("key", "x"));
        await fixture.SetUpAsync();
        fixture.Read("info", "labels").ShouldBe("env=\"production\"");
        (fixture.Read("conf", "a"), fixture.Read("keys", "key"), fixture.Status("keys", "key").Permissions).ShouldBe(("1", "x", 0x100u));
        fixture.Pod.Metadata.Labels!["env"] = "staging";
        fixture.Sources.AddConfigMap("cm", ("a", "2"));
        (await fixture.UpdateAsync()).ShouldBeTrue();
        fixture.Read("info", "labels").ShouldBe("env=\"staging\"");
        fixture.Read("conf", "a").ShouldBe("2");
        File.Exists(Path.Combine(fixture.Volume("conf"), "b")).ShouldBeFalse();
        (await fixture.UpdateAsync()).ShouldBeFalse();
    }

    [Theory]
    [InlineData("""{"name":"v","configMap":{"name":"gone"}}""", "configmap \"gone\" not found")]
    [InlineData("""{"name":"v","secret":{"secretName":"gone"}}""", "secret \"gone\" not found")]
    [InlineData("""{"name":"v","configMap":{"name":"cm","items":[{"key":"nope","path":"x"}]}}""", "configmap references non-existent config key: nope")]
    [InlineData("""{"name":"v","persistentVolumeClaim":{"claimName":"data"}}""", "volume type persistentVolumeClaim is not supported by this node: configMap, secret, downwardAPI, projected, emptyDir and hostPath are")]
    [InlineData("""{"name":"v","emptyDir":{"medium":"HugePages"}}""", "emptyDir medium HugePages is not supported by this node: leave it out, or use Memory")]
    [InlineData("""{"name":"v","hostPath":{"path":"/etc/passwd","type":"Directory"}}""", "hostPath type check failed: /etc/passwd is not a directory")]
    [InlineData("""{"name":"v","hostPath":{"path":"/etc","type":"File"}}""", "hostPath type check failed: /etc is not a file")]
    [InlineData("""{"name":"v","hostPath":{"path":"/etc","type":"Socket"}}""", "hostPath type check failed: /etc is not a socket file")]
    [InlineData("""{"name":"v","hostPath":{"path":"/etc","type":"CharDevice"}}""", "hostPath type check failed: /etc is not a character device")]
    [InlineData("""{"name":"v","hostPath":{"path":"/nowhere","type":"BlockDevice"}}""", "hostPath type check failed: /nowhere is not a block device")]
    [InlineData("""{"name":"v","hostPath":{"path":"/etc","type":"Floppy"}}""", "Floppy is an invalid volume type")]
    public async Task What_cannot_be_made_is_said_in_a_kubelets_words(string volume, string message)
    {
        await using var fixture = new VolumeFixture($$$"""
            "volumes":[{{{volume}}},{"name":"good","configMap":{"name":"cm"}}]
            """);
        fixture.Sources.AddConfigMap("cm", ("a", "1"));
        var failure = await Should.ThrowAsync<VolumeException>(fixture.SetUpAsync);
        (failure.Volume, failure.Message).ShouldBe(("v", message));
        File.ReadAllText(Path.Combine(fixture.Set.PodDirectory, "volumes/good/a")).ShouldBe("1");
    }

    [Fact]
    public async Task A_token_that_cannot_be_had_is_said_without_a_secret()
    {
        await using var fixture = new VolumeFixture($"\"volumes\":[{ServiceAccountVolume}]");
        fixture.Sources.AddConfigMap("kube-root-ca.crt", ("ca.crt", "PEM"));
        fixture.Sources.TokenFailure = "serviceaccounts \"default\" not found";
        (await Should.ThrowAsync<VolumeException>(fixture.SetUpAsync)).Message.ShouldBe("failed to fetch token: serviceaccounts \"default\" not found");
        fixture.Sources.TokenFailure = null;
        await fixture.SetUpAsync();
        fixture.Read("kube-api-access", "token").ShouldStartWith("token-1-of-shop/default");
    }

    [Fact]
    public async Task Optional_sources_may_be_missing_and_appear_later()
    {
        await using var fixture = new VolumeFixture("\"volumes\":[{\"name\":\"v\",\"configMap\":{\"name\":\"cm\",\"optional\":true}}]");
        await fixture.SetUpAsync();
        Directory.Exists(fixture.Volume("v")).ShouldBeTrue();
        fixture.Sources.AddConfigMap("cm", ("a", "1"));
        (await fixture.UpdateAsync()).ShouldBeTrue();
        fixture.Read("v", "a").ShouldBe("1");
    }

    [Fact]
    public async Task A_volume_that_no_container_mounts_is_not_made()
    {
        await using var fixture = new VolumeFixture("\"containers\":[{\"name\":\"c\"}],\"volumes\":[{\"name\":\"v\",\"configMap\":{\"name\":\"gone\"}}]");
        await fixture.SetUpAsync();
        DirectoryTree.Names(Path.Combine(fixture.Set.PodDirectory, "volumes")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Empty_directories_are_for_everyone_and_keep_what_is_in_them()
    {
        await using var fixture = new VolumeFixture(
            """
            "securityContext":{"fsGroup":2000},"volumes":[{"name":"disk","emptyDir":{}},{"name":"memory","emptyDir":{"medium":"Memory","sizeLimit":"64Mi"}},{"name":"bare"}]
            """);
        await fixture.SetUpAsync();
        fixture.Volume("disk").ShouldStartWith(Path.Combine(fixture.Root, "disk"));
        fixture.Volume("memory").ShouldStartWith(Path.Combine(fixture.Root, "memory"));
        foreach (var name in new[] { "disk", "memory", "bare" })
        {
            fixture.Status(name, "").Permissions.ShouldBe(0x5FFu);
            if (Posix.IsRoot) fixture.Status(name, "").Gid.ShouldBe(2000u);
            await File.WriteAllTextAsync(Path.Combine(fixture.Volume(name), "kept"), "1");
        }

        await fixture.UpdateAsync();
        fixture.Read("disk", "kept").ShouldBe("1");
        fixture.Mounts().ShouldAllBe(mount => !mount.ReadOnly);
        fixture.Sources.Notices.ShouldContain("the sizeLimit of emptyDir volumes is not enforced: they may take what this machine has");
    }

    [Fact]
    public async Task Host_paths_are_made_when_their_type_says_so()
    {
        using var directory = new TemporaryDirectory();
        await using var fixture = new VolumeFixture($$$"""
            "volumes":[{"name":"a","hostPath":{"path":"{{{directory.Path}}}/x/y","type":"DirectoryOrCreate"}},{"name":"b","hostPath":{"path":"{{{directory.Path}}}/file","type":"FileOrCreate"}},
              {"name":"c","hostPath":{"path":"{{{directory.Path}}}/plain"}},{"name":"d","hostPath":{"path":"/dev/null","type":"CharDevice"}}]
            """);
        await fixture.SetUpAsync();
        (fixture.Status("a", "").Permissions, fixture.Status("b", "").Permissions).ShouldBe((0x1EDu, 0x1A4u));
        fixture.Status("c", "").IsDirectory.ShouldBeTrue();
        fixture.Volume("d").ShouldBe("/dev/null");
        await fixture.Set.DisposeAsync();
        Directory.Exists(Path.Combine(directory.Path, "x/y")).ShouldBeTrue("a host path is not the pod's to remove");
    }

    [Fact]
    public async Task A_sub_path_is_bound_once_and_stays_as_it_was()
    {
        await using var fixture = new VolumeFixture(
            """
            "containers":[{"name":"c","volumeMounts":[{"name":"info","mountPath":"/one","subPath":"labels"},{"name":"info","mountPath":"/dir","subPath":"deep"},{"name":"info","mountPath":"/all"}]}],
            "volumes":[{"name":"info","downwardAPI":{"items":[{"path":"labels","fieldRef":{"fieldPath":"metadata.labels"}},{"path":"deep/labels","fieldRef":{"fieldPath":"metadata.labels"}}]}}]
            """,
            ",\"labels\":{\"v\":\"1\"}");
        await fixture.SetUpAsync();
        var mounts = fixture.Mounts();
        fixture.Pod.Metadata.Labels!["v"] = "2";
        await fixture.UpdateAsync();
        (await File.ReadAllTextAsync(mounts[0].Source)).ShouldBe("v=\"1\"");
        (await File.ReadAllTextAsync(Path.Combine(mounts[1].Source, "labels"))).ShouldBe("v=\"1\"");
        (await File.ReadAllTextAsync(Path.Combine(mounts[2].Source, "labels"))).ShouldBe("v=\"2\"");
        (await File.ReadAllTextAsync(fixture.Mounts()[0].Source)).ShouldBe("v=\"2\"");
        mounts.ShouldAllBe(mount => mount.ReadOnly);
    }

    [Fact]
    public async Task A_sub_path_of_an_empty_directory_is_made_and_may_hold_variables()
    {
        await using var fixture = new VolumeFixture(
            """
            "containers":[{"name":"c","volumeMounts":[{"name":"data","mountPath":"/a","subPath":"x/y"},{"name":"data","mountPath":"/b","subPathExpr":"$(POD)/logs","readOnly":true}]}],"volumes":[{"name":"data","emptyDir":{}}]
            """);
        await fixture.SetUpAsync();
        var mounts = fixture.Mounts(("POD", "web-0"));
        mounts[0].Source.ShouldEndWith("/volumes/data/x/y");
        mounts[1].Source.ShouldEndWith("/volumes/data/web-0/logs");
        mounts[1].ReadOnly.ShouldBeTrue();
        mounts.ShouldAllBe(mount => Directory.Exists(mount.Source));
        Should.Throw<ContainerStartException>(() => fixture.Mounts()).Message.ShouldBe("missing value for POD");
    }

    [Theory]
    [InlineData("../outside", "unable to provision SubPath `../outside`: must not contain '..'")]
    [InlineData("/etc", "error SubPath `/etc` must not be an absolute path")]
    [InlineData("link", "not within volume path")]
    [InlineData("up/x", "not within volume path")]
    [InlineData("nothing/here", "failed to prepare subPath for volumeMount \"conf\" of container \"c\"")]
    public async Task A_sub_path_cannot_leave_its_volume(string subPath, string message)
    {
        var name = subPath.StartsWith("nothing", StringComparison.Ordinal) ? "conf" : "data";
        await using var fixture = new VolumeFixture($$$"""
            "containers":[{"name":"c","volumeMounts":[{"name":"{{{name}}}","mountPath":"/a","subPath":"{{{subPath}}}"},{"name":"data","mountPath":"/data"}]}],"volumes":[{"name":"data","emptyDir":{}},{"name":"conf","configMap":{"name":"cm"}}]
            """);
        fixture.Sources.AddConfigMap("cm", ("a", "1"));
        await fixture.SetUpAsync();
        var data = Path.Combine(DirectoryTree.Walk(fixture.Root).First(entry => entry.Path.EndsWith("/volumes/data", StringComparison.Ordinal)).Path);
        Posix.SymbolicLink("/etc", Path.Combine(data, "link"));
        Posix.SymbolicLink("../..", Path.Combine(data, "up"));
        var failure = Should.Throw<ContainerStartException>(() => fixture.Mounts());
        failure.Reason.ShouldBe("CreateContainerConfigError");
        failure.Message.ShouldContain(message);
    }

    [Fact]
    public async Task Links_within_a_volume_may_be_followed()
    {
        await using var fixture = new VolumeFixture("\"containers\":[{\"name\":\"c\",\"volumeMounts\":[{\"name\":\"data\",\"mountPath\":\"/a\",\"subPath\":\"current/logs\"}]}],\"volumes\":[{\"name\":\"data\",\"emptyDir\":{}}]");
        await fixture.SetUpAsync();
        var data = DirectoryTree.Walk(fixture.Root).First(entry => entry.Path.EndsWith("/volumes/data", StringComparison.Ordinal)).Path;
        Directory.CreateDirectory(Path.Combine(data, "v1"));
        Posix.SymbolicLink("v1/../v1", Path.Combine(data, "current"));
        fixture.Mounts()[0].Source.ShouldBe(Path.Combine(data, "v1/logs"));
    }

    [Fact]
    public async Task A_mount_of_a_volume_that_is_not_there_is_refused()
    {
        await using var fixture = new VolumeFixture("\"containers\":[{\"name\":\"c\",\"volumeMounts\":[{\"name\":\"gone\",\"mountPath\":\"/a\"}]}]");
        await fixture.SetUpAsync();
        Should.Throw<ContainerStartException>(() => fixture.Mounts()).Message.ShouldBe("cannot find volume \"gone\" to mount into container \"c\"");
    }

    [Fact]
    public async Task Nobody_else_can_enter_the_nodes_directory()
    {
        await using var fixture = new VolumeFixture("\"volumes\":[{\"name\":\"v\",\"emptyDir\":{}}]");
        await fixture.SetUpAsync();
        foreach (var name in new[] { "memory", "disk" }) FileStatus.Find(Path.Combine(fixture.Root, name), follow: false)!.Value.Permissions.ShouldBe(0x1C0u);
    }

    [Fact]
    public async Task A_closed_pod_leaves_nothing_and_its_tokens_are_forgotten()
    {
        await using var fixture = new VolumeFixture($"\"volumes\":[{ServiceAccountVolume},{{\"name\":\"v\",\"emptyDir\":{{}}}}]");
        fixture.Sources.AddConfigMap("kube-root-ca.crt", ("ca.crt", "PEM"));
        await fixture.SetUpAsync();
        await fixture.Set.DisposeAsync();
        DirectoryTree.Walk(fixture.Root).ShouldNotContain(entry => entry.Path.Contains("11d2"));
        await Should.ThrowAsync<ObjectDisposedException>(fixture.UpdateAsync);
    }

    [Fact]
    public void A_uid_that_is_no_name_of_a_directory_is_refused()
    {
        var pod = JsonSerializer.Deserialize("{\"metadata\":{\"name\":\"x\",\"uid\":\"../../etc\"},\"spec\":{\"containers\":[]}}", KubernetesJson.Default.CoreV1Pod)!;
        var sources = new FakeVolumeSources();
        using var directory = new TemporaryDirectory();
        var manager = new PodVolumeManager(new PodVolumeOptions { BaseDirectory = directory.Path + "/x" }, sources, sources, sources, TimeProvider.System);
        Should.Throw<ArgumentException>(() => manager.Open(pod));
    }
}
