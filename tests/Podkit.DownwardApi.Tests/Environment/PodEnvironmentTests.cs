using Podkit.Model.Core.V1;

namespace Podkit.DownwardApi.Tests;

public class PodEnvironmentTests
{
    private readonly Pod pod = new()
    {
        Metadata = new() { Name = "web", Namespace = "shop" },
        Spec = new() { Containers = [new() { Name = "main" }], Volumes = [new() { Name = "config", EmptyDir = new() }] },
    };

    private Container Main => pod.Spec.Containers[0];

    private static readonly DownwardApiContext Context = new()
    {
        ConfigMap = (ns, name) => ns == "shop" && name == "settings"
            ? new() { Data = new() { ["a"] = "1", ["my-key.conf"] = "2" }, BinaryData = new() { ["bin"] = [1] } } : null,
        Secret = (ns, name) => ns == "shop" && name == "login" ? new() { Data = new() { ["pw"] = "secret"u8.ToArray(), ["nul"] = [0] } } : null,
        VolumeFile = (volume, path) => volume == "config" && path == "app.env" ? "# note\n A = 1 \nLONG=x \\\n  y\nEMPTY=\n" : null,
    };

    [Theory]
    [InlineData("configMapKeyRef", "gone", "k", "configmap \"gone\" not found")]
    [InlineData("configMapKeyRef", "settings", "k", "couldn't find key k in ConfigMap shop/settings")]
    [InlineData("configMapKeyRef", "settings", "bin", "couldn't find key bin in ConfigMap shop/settings")]
    [InlineData("secretKeyRef", "gone", "k", "secret \"gone\" not found")]
    [InlineData("secretKeyRef", "login", "k", "couldn't find key k in Secret shop/login")]
    public void A_missing_source_is_told_in_the_kubelets_words_unless_it_is_optional(string kind, string name, string key, string message)
    {
        foreach (var optional in new bool?[] { null, false, true })
        {
            var source = kind == "configMapKeyRef"
                ? new EnvVarSource { ConfigMapKeyRef = new() { Name = name, Key = key, Optional = optional } }
                : new EnvVarSource { SecretKeyRef = new() { Name = name, Key = key, Optional = optional } };
            Main.Env = [new() { Name = "X", Value = "before" }, new() { Name = "X", ValueFrom = source }];
            var environment = PodEnvironment.Resolve(pod, Main, Context);
            environment.Variables["X"].ShouldBe("before");
            environment.Errors.ShouldBe(optional == true ? [] : [new("CreateContainerConfigError", message)]);
        }
    }

    [Fact]
    public void A_missing_source_of_envFrom_is_an_error_unless_it_is_optional()
    {
        Main.EnvFrom =
        [
            new() { ConfigMapRef = new() { Name = "gone", Optional = true } },
            new() { ConfigMapRef = new() { Name = "gone" } },
            new() { SecretRef = new() { Name = "gone" } },
        ];
        PodEnvironment.Resolve(pod, Main, Context).Errors.Select(e => e.Message).ShouldBe(["configmap \"gone\" not found", "secret \"gone\" not found"]);
    }

    [Fact]
    public void EnvFrom_takes_every_key_of_the_data_and_none_of_the_binary_data()
    {
        Main.EnvFrom = [new() { Prefix = "9 ", ConfigMapRef = new() { Name = "settings" } }];
        PodEnvironment.Resolve(pod, Main, Context).Variables.Keys.ShouldBe(["9 a", "9 my-key.conf"]);
    }

    [Theory]
    [InlineData("v2", "metadata.name", "unsupported pod version: v2")]
    [InlineData("v1", "metadata.foo", "field label not supported: metadata.foo")]
    [InlineData(null, "status.phase", "unsupported fieldPath: status.phase")]
    public void A_field_that_is_not_there_is_an_error(string? version, string fieldPath, string message)
    {
        Main.Env = [new() { Name = "X", ValueFrom = new() { FieldRef = new() { ApiVersion = version, FieldPath = fieldPath } } }];
        var environment = PodEnvironment.Resolve(pod, Main, DownwardApiContext.Empty);
        environment.Errors.ShouldBe([new("CreateContainerConfigError", message)]);
        environment.Variables.ContainsKey("X").ShouldBeFalse();
    }

    [Fact]
    public void An_unknown_container_or_resource_is_an_error()
    {
        Main.Env =
        [
            new() { Name = "A", ValueFrom = new() { ResourceFieldRef = new() { ContainerName = "x", Resource = "limits.cpu" } } },
            new() { Name = "B", ValueFrom = new() { ResourceFieldRef = new() { Resource = "limits.gpu" } } },
        ];
        PodEnvironment.Resolve(pod, Main, Context).Errors.Select(e => e.Message)
            .ShouldBe(["container x not found", "unsupported container resource : limits.gpu"]);
    }

    [Fact]
    public void A_value_that_an_environment_cannot_hold_is_an_error_that_does_not_show_it()
    {
        Main.Env = [new() { Name = "X", ValueFrom = new() { SecretKeyRef = new() { Name = "login", Key = "nul" } } }];
        PodEnvironment.Resolve(pod, Main, Context).Errors.ShouldHaveSingleItem().Message.ShouldBe("environment variable \"X\" can't contain null(\\x00)");
    }

    [Fact]
    public void What_the_container_sets_comes_before_service_variables_also_in_references()
    {
        var service = new Service
        {
            Metadata = new() { Namespace = "shop", Name = "db" },
            Spec = new() { ClusterIP = "10.0.0.3", Ports = [new() { Port = 5432 }] },
        };
        Main.Env =
        [
            new() { Name = "BEFORE", Value = "$(DB_SERVICE_HOST):$(DB_SERVICE_PORT)" },
            new() { Name = "DB_SERVICE_HOST", Value = "db.local" },
            new() { Name = "AFTER", Value = "$(DB_SERVICE_HOST):$(DB_SERVICE_PORT)" },
        ];
        Main.Args = ["$(DB_SERVICE_HOST)", "$(DB_SERVICE_PORT)"];
        var environment = PodEnvironment.Resolve(pod, Main, new() { Services = [service] });
        environment.Variables["BEFORE"].ShouldBe("10.0.0.3:5432");
        environment.Variables["AFTER"].ShouldBe("db.local:5432");
        environment.Variables["DB_SERVICE_HOST"].ShouldBe("db.local");
        environment.Args.ShouldBe(["db.local", "5432"]);
        environment.Command.ShouldBeEmpty();
    }

    [Fact]
    public void A_source_without_a_kind_and_a_variable_without_a_value_are_empty()
    {
        Main.Env = [new() { Name = "A", ValueFrom = new() }, new() { Name = "B" }];
        PodEnvironment.Resolve(pod, Main, Context).Variables.ShouldBe([new("A", ""), new("B", "")]);
    }

    [Theory]
    [InlineData(false, "10.0.0.5,fd00::5", "10.0.0.5", "10.0.0.5,fd00::5", "192.0.2.1")]
    [InlineData(false, "fd00::5,10.0.0.5,10.0.0.6", "10.0.0.5", "10.0.0.5,fd00::5", "192.0.2.1")]
    [InlineData(false, "", "", "", "192.0.2.1")]
    [InlineData(true, "", "192.0.2.1", "192.0.2.1,fd00::1", "192.0.2.1")]
    public void Addresses_are_in_the_order_of_the_nodes_family(bool hostNetwork, string podIPs, string podIP, string allPodIPs, string hostIP)
    {
        pod.Spec.HostNetwork = hostNetwork;
        pod.Status.PodIPs = [.. podIPs.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(ip => new PodIP { Ip = ip })];
        pod.Status.HostIPs = [new() { Ip = "192.0.2.1" }, new() { Ip = "fd00::1" }];
        Fields("status.podIP", "status.podIPs", "status.hostIP", "status.hostIPs").ShouldBe([podIP, allPodIPs, hostIP, "192.0.2.1,fd00::1"]);
    }

    [Fact]
    public void On_a_node_of_IPv6_the_first_address_is_of_IPv6()
    {
        pod.Status.HostIP = "fd00::1";
        pod.Status.PodIP = "10.0.0.5";
        Fields("status.podIP", "status.hostIPs").ShouldBe(["10.0.0.5", "fd00::1"]);
        Fields(new DownwardApiContext { PodIPs = ["10.0.0.5", "fd00::5"] }, "status.podIP", "status.podIPs").ShouldBe(["fd00::5", "fd00::5,10.0.0.5"]);
        Fields(new DownwardApiContext { HostIPs = ["192.0.2.7"] }, "status.hostIP").ShouldBe(["192.0.2.7"]);
    }

    [Fact]
    public void A_node_shows_internal_addresses_before_external_ones_one_of_each_family()
    {
        var node = new Model.Core.V1.Node
        {
            Status = new()
            {
                Addresses =
                [
                    new() { Type = "Hostname", Address = "n1" }, new() { Type = "ExternalIP", Address = "198.51.100.1" },
                    new() { Type = "ExternalIP", Address = "2001:db8::1" }, new() { Type = "InternalIP", Address = "10.0.0.1" },
                    new() { Type = "InternalIP", Address = "10.0.0.2" }, new() { Type = "InternalIP", Address = "no address" },
                ],
            },
        };
        PodAddresses.OfNode(node).ShouldBe(["10.0.0.1", "2001:db8::1"]);
        PodAddresses.OfNode(new()).ShouldBeEmpty();
    }

    [Fact]
    public void The_annotations_that_the_node_adds_are_visible_to_variables()
    {
        var context = new DownwardApiContext { Annotations = new Dictionary<string, string> { ["kubernetes.io/config.source"] = "api" } };
        Fields(context, "metadata.annotations['kubernetes.io/config.source']").ShouldBe(["api"]);
    }

    [Theory]
    [InlineData("A", "1", null)]
    [InlineData("LONG", "x y", null)]
    [InlineData("EMPTY", null, "environment variable key \"EMPTY\" not found in file \"app.env\"")]
    [InlineData("NONE", null, "environment variable key \"NONE\" not found in file \"app.env\"")]
    public void A_key_of_a_file_is_read_from_its_volume(string key, string? value, string? message)
    {
        var reference = new FileKeySelector { VolumeName = "config", Path = "app.env", Key = key };
        Main.Env = [new() { Name = "X", ValueFrom = new() { FileKeyRef = reference } }];
        var environment = PodEnvironment.Resolve(pod, Main, Context);
        environment.Variables.GetValueOrDefault("X").ShouldBe(value);
        environment.Errors.Select(e => e.Message).ShouldBe(message is null ? [] : [message]);
        reference.Optional = true;
        PodEnvironment.Resolve(pod, Main, Context).Errors.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("config", "none.env", false, "couldn't parse env file")]
    [InlineData("config", "none.env", true, null)]
    [InlineData("x", "app.env", true, "cannot find the volume \"x\" referenced by FileKeyRef")]
    public void A_missing_file_or_volume_is_an_error(string volume, string path, bool optional, string? message)
    {
        Main.Env = [new() { Name = "X", ValueFrom = new() { FileKeyRef = new() { VolumeName = volume, Path = path, Key = "A", Optional = optional } } }];
        PodEnvironment.Resolve(pod, Main, Context).Errors.Select(e => e.Message).ShouldBe(message is null ? [] : [message]);
    }

    [Theory]
    [InlineData("A=1\nB", "B")]
    [InlineData("=1", "A")]
    [InlineData("A=1 \\\n\nB=2", "B")]
    [InlineData("A=1 \\\n# note\nB=2", "B")]
    [InlineData("A=1 \\", "A")]
    public void A_malformed_environment_file_is_refused(string text, string key)
    {
        EnvFile.TryFind(text, key, out _).ShouldBeFalse();
    }

    [Fact]
    public void A_probe_sees_only_plain_values()
    {
        Main.Env =
        [
            new() { Name = "A", Value = "$(B)" }, new() { Name = "B", Value = "b" },
            new() { Name = "N", ValueFrom = new() { FieldRef = new() { FieldPath = "metadata.name" } } },
        ];
        PodEnvironment.ExpandProbeCommand(["echo", "$(A)", "[$(N)]", "$(C)"], Main).ShouldBe(["echo", "$(B)", "[]", "$(C)"]);
    }

    private List<string> Fields(params string[] fieldPaths) => Fields(Context, fieldPaths);

    private List<string> Fields(DownwardApiContext context, params string[] fieldPaths)
    {
        Main.Env = [.. fieldPaths.Select((path, i) => new EnvVar { Name = $"V{i}", ValueFrom = new() { FieldRef = new() { FieldPath = path } } })];
        return [.. PodEnvironment.Resolve(pod, Main, context).Variables.Values];
    }
}
