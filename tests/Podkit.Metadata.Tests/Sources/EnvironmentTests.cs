using Podkit.Metadata.Testing;
namespace Podkit.Metadata.Tests.Sources;

public class EnvironmentTests
{
    [Theory]
    [InlineData("POD_NAME")]
    [InlineData("MY_POD_NAME")]
    [InlineData("K8S_POD_NAME")]
    [InlineData("APPINSIGHTS_KUBERNETES_POD_NAME")]
    [InlineData("OTEL_RESOURCE_ATTRIBUTES_POD_NAME")]
    public void The_usual_names_of_the_pods_name_are_known(string variable)
    {
        using var pod = PodMetadata.Open(Nowhere.Options(new() { [variable] = "web-1" }));
        pod.Current.Name.ShouldBe("web-1");
        pod.Current.Origin(PodFields.Name).ShouldBe(new PodValue(PodFields.Name, MetadataSource.EnvironmentVariable, variable, false));
    }

    [Fact]
    public void Everything_that_a_manifest_sets_by_fieldRef_is_found()
    {
        using var pod = PodMetadata.Open(Nowhere.Options(new()
        {
            ["POD_NAME"] = "web-1",
            ["POD_NAMESPACE"] = "shop",
            ["POD_UID"] = "u-1",
            ["NODE_NAME"] = "n1",
            ["POD_SERVICE_ACCOUNT"] = "sa",
            ["CONTAINER_NAME"] = "main",
            ["POD_IP"] = "10.0.0.7",
            ["HOST_IP"] = "192.0.2.1",
            ["MY_CPU_LIMIT"] = "1",
            ["MY_MEM_LIMIT"] = "67108864",
            ["REQUESTS_CPU"] = "1",
            ["REQUESTS_MEMORY"] = "1048576",
        }));
        var state = pod.Current;
        (state.Name, state.Namespace, state.Uid, state.NodeName, state.ServiceAccountName, state.ContainerName, state.PodIP, state.HostIP)
            .ShouldBe(("web-1", "shop", "u-1", "n1", "sa", "main", "10.0.0.7", "192.0.2.1"));
        state.Resources.ShouldBe(new ContainerResources(new ResourceAmounts(1, 67108864, null), new ResourceAmounts(1, 1048576, null)));
        ((IPodMetadata)pod).Name.ShouldBe("web-1");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Names_that_any_machine_may_use_count_in_a_pod_only(bool isInPod)
    {
        var environment = new Dictionary<string, string> { ["NODE_NAME"] = "n1", ["CPU_LIMIT"] = "2", ["MEMORY_LIMIT"] = "1048576", ["CONTAINER_NAME"] = "main" };
        if (isInPod) environment["KUBERNETES_SERVICE_HOST"] = "10.0.0.1";
        using var pod = PodMetadata.Open(Nowhere.Options(environment));
        (pod.Current.NodeName, pod.Current.ContainerName).ShouldBe(isInPod ? ("n1", "main") : ("", ""));
        pod.Current.Resources.Limits.ShouldBe(isInPod ? new ResourceAmounts(2, 1048576, null) : new ResourceAmounts(null, null, null));
    }

    [Fact]
    public void Addresses_of_both_families_come_from_one_variable()
    {
        using var pod = PodMetadata.Open(Nowhere.Options(new() { ["POD_IPS"] = "10.0.0.7,fd00::7", ["POD_IP"] = "10.0.0.7" }));
        pod.Current.PodIPs.ShouldBe(["10.0.0.7", "fd00::7"]);
        pod.Current.PodIP.ShouldBe("10.0.0.7");
    }

    [Fact]
    public void OpenTelemetrys_resource_attributes_are_read_with_their_encoding()
    {
        using var pod = PodMetadata.Open(Nowhere.Options(new()
        {
            ["OTEL_RESOURCE_ATTRIBUTES"] = "service.name=x, k8s.pod.name=web-1,k8s.namespace.name=shop,k8s.node.name=n1,k8s.statefulset.name=web,k8s.statefulset.uid=u,k8s.pod.label.env=a%2Cb,broken,=,k8s.container.name=main",
        }));
        var state = pod.Current;
        (state.Name, state.Namespace, state.NodeName, state.ContainerName).ShouldBe(("web-1", "shop", "n1", "main"));
        state.Owner.ShouldBe(new PodOwner("StatefulSet", "web", "u"));
        state.Labels["env"].ShouldBe("a,b");
        state.Origin("metadata.labels['env']")!.Value.Place.ShouldBe("OTEL_RESOURCE_ATTRIBUTES");
    }

    [Fact]
    public void Orleans_variables_are_labels_and_it_is_said_once_that_they_stay_behind()
    {
        var log = new TestLog();
        using var pod = PodMetadata.Open(Nowhere.Options(new() { ["POD_NAME"] = "silo-1", ["ORLEANS_SERVICE_ID"] = "dictionary" }), log);
        pod.Current.Labels["orleans/serviceId"].ShouldBe("dictionary");
        log.Lines.ShouldHaveSingleItemThat(l => l.StartsWith("Warning", StringComparison.Ordinal)).ShouldBe(
            "Warning: metadata.labels['orleans/serviceId'], read from the environment variable ORLEANS_SERVICE_ID, will not change here when changed in Kubernetes: an environment variable stays as it was at the container's start; mount a downwardAPI volume with metadata.labels and metadata.annotations at /etc/podinfo instead");
    }

    [Fact]
    public void An_option_names_a_variable_and_comes_before_the_conventions()
    {
        var options = Nowhere.Options(new() { ["POD_NAME"] = "a-build-name", ["ME"] = "web-1", ["STAGE"] = "", ["CPU"] = "250" });
        options.Environment["ME"] = "metadata.name";
        options.Environment["STAGE"] = "metadata.labels['stage']";
        options.Environment["CPU"] = "limits.cpu/1m";
        using var pod = PodMetadata.Open(options);
        pod.Current.Name.ShouldBe("web-1");
        pod.Current.Labels.ContainsKey("stage").ShouldBeTrue();
        pod.Current.Resources.Limits.CpuCores.ShouldBe(0.25);
    }

    [Fact]
    public void The_hosts_name_is_the_pods_in_a_pod_when_nothing_else_says_it()
    {
        using (var pod = PodMetadata.Open(Nowhere.Options(new() { ["KUBERNETES_SERVICE_HOST"] = "10.96.0.1", ["HOSTNAME"] = "web-1" }))) pod.Current.Name.ShouldBe("web-1");
        using (var pod = PodMetadata.Open(Nowhere.Options(new() { ["KUBERNETES_SERVICE_HOST"] = "10.96.0.1", ["HOSTNAME"] = "node-7", ["NODE_NAME"] = "node-7" }))) pod.Current.Name.ShouldBe("", "on the host's network it is the node's name");
        using (var pod = PodMetadata.Open(Nowhere.Options(new() { ["HOSTNAME"] = "my-laptop" }))) pod.Current.Name.ShouldBe("");
        using (var pod = PodMetadata.Open(Nowhere.Options(new() { ["KUBERNETES_SERVICE_HOST"] = "10.96.0.1", ["HOSTNAME"] = new string('x', 63) }))) pod.Current.Name.ShouldBe("");
    }

    [Fact]
    public void Outside_of_a_pod_everything_is_empty_and_one_line_says_so()
    {
        var log = new TestLog();
        using var pod = PodMetadata.Open(Nowhere.Options(), log);
        pod.Current.IsInPod.ShouldBeFalse();
        (pod.Current.Name, pod.Current.Labels["env"], pod.Current.PodIP, pod.Current.Owner).ShouldBe(("", "", "", null));
        pod.Current.Resources.ShouldBe(ContainerResources.Unknown);
        log.Lines.ShouldBe(["Information: not in a pod: there is no Downward API volume, no service account mount and no Kubernetes variable; all values are empty"]);
    }

    [Fact]
    public void Configured_values_come_before_all_others()
    {
        var options = Nowhere.Options(new() { ["POD_NAME"] = "web-1" });
        options.Values["metadata.name"] = "local";
        options.Values["metadata.labels['env']"] = "development";
        options.Values["limits.memory"] = "64Mi";
        using var pod = PodMetadata.Open(options);
        pod.Current.Name.ShouldBe("local");
        pod.Current.Labels["env"].ShouldBe("development");
        pod.Current.Resources.Limits.MemoryBytes.ShouldBe(64 * 1024 * 1024);
        pod.Current.Origin("metadata.name")!.Value.Place.ShouldBe("PodMetadataOptions.Values[\"metadata.name\"]");
    }

    [Theory]
    [InlineData("metadata.nam", "x", "PodMetadataOptions.Values[\"metadata.nam\"] is \"metadata.nam\": it is none of")]
    [InlineData("limits.cpu", "many", "PodMetadataOptions.Values[\"limits.cpu\"] is \"many\": a quantity is needed")]
    [InlineData("metadata.name['x']", "x", "only metadata.labels and metadata.annotations have keys")]
    [InlineData("limits.cpu/0", "1", "\"0\" is no divisor of a resource")]
    [InlineData("metadata.labels", "env", "is not of the form KEY=\"VALUE\"")]
    public void An_option_that_is_not_valid_is_named(string field, string value, string message)
    {
        var options = Nowhere.Options();
        options.Values[field] = value;
        Should.Throw<ArgumentException>(() => PodMetadata.Open(options)).Message.ShouldContain(message);
    }

    [Fact]
    public void Options_that_are_out_of_range_are_named()
    {
        Should.Throw<ArgumentException>(() => PodMetadata.Open(new PodMetadataOptions { PollInterval = TimeSpan.Zero })).Message.ShouldContain("PodMetadataOptions.PollInterval");
        Should.Throw<ArgumentException>(() => PodMetadata.Open(new PodMetadataOptions { MaximumPendingChanges = 0 })).Message.ShouldContain("MaximumPendingChanges");
        Should.Throw<ArgumentException>(() => PodMetadata.Open(Nowhere.Options(null, "", "podinfo"))).Message.ShouldContain("\"podinfo\" is none");
    }

    [Fact]
    public void A_containers_own_variable_counts_before_a_volume_that_all_containers_see()
    {
        using var volume = new AtomicVolume();
        volume.Write(new Dictionary<string, string> { ["labels"] = "a=\"b\"", ["cpu_limit"] = "2000", ["memory_limit"] = "1073741824" });
        var options = Nowhere.Options(new() { ["KUBERNETES_SERVICE_HOST"] = "10.96.0.1", ["CPU_LIMIT"] = "250" });
        options.Files["cpu_limit"] = "limits.cpu/1m";
        options.Environment["CPU_LIMIT"] = "limits.cpu/1m";
        options.Volumes.Add(volume.Path);
        using var pod = PodMetadata.Open(options);
        pod.Resources.Limits.CpuCores.ShouldBe(0.25);
        pod.Resources.Limits.MemoryBytes.ShouldBe(1L << 30, "the volume tells what no variable does");
    }
}
