using System.Text.Json;
using Podkit.Cli.Manifests;
using Podkit.Cli.Output;
using Podkit.Cli.Rendering;
using Podkit.Model;

namespace Podkit.Cli.Tests.Rendering;

public class RenderTests
{
    private const string Manifests = """
        apiVersion: v1
        kind: Pod
        metadata: {name: p, namespace: shop, labels: {b: "2", a: one}}
        spec:
          nodeName: n1
          volumes:
          - name: info
            downwardAPI:
              defaultMode: 0400
              items:
              - {path: labels, fieldRef: {fieldPath: metadata.labels}}
              - {path: d/cpu, mode: 0440, resourceFieldRef: {containerName: c, resource: limits.cpu}}
          containers:
          - name: c
            image: i
            command: [run, $(NODE)]
            args: ["$(MISSING)", "$$(NODE)"]
            env:
            - {name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
            - {name: IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
            - {name: MEMORY, valueFrom: {resourceFieldRef: {resource: limits.memory, divisor: 1Mi}}}
            - {name: FROM_MAP, valueFrom: {configMapKeyRef: {name: m, key: k}}}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: m, namespace: shop}
        data: {k: v}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: my-db, namespace: shop}
        spec: {clusterIP: 10.0.0.9, ports: [{port: 5432}]}
        """;

    [Fact]
    public void A_pod_gets_what_a_kubelet_would_give_it()
    {
        var pod = Render(Manifests, new() { ["memory"] = Quantity.Parse("16Gi"), ["cpu"] = Quantity.Parse("4") }, "status.podIP=10.1.2.3").Pods.ShouldHaveSingleItem();
        var container = pod.Containers.ShouldHaveSingleItem();
        (pod.Namespace, pod.Name, container.Name).ShouldBe(("shop", "p", "c"));
        container.Env["NODE"].ShouldBe("n1");
        container.Env["IP"].ShouldBe("10.1.2.3");
        container.Env["MEMORY"].ShouldBe("16384");
        container.Env["FROM_MAP"].ShouldBe("v");
        container.Env["MY_DB_SERVICE_HOST"].ShouldBe("10.0.0.9");
        container.Command.ShouldBe(["run", "n1"]);
        container.Args.ShouldBe(["$(MISSING)", "$(NODE)"]);
        container.Errors.ShouldBeEmpty();
        pod.Volumes.First(v => v.Name == "info").Files.ShouldBe([new("d/cpu", "0440", "4"), new("labels", "0400", "a=\"one\"\nb=\"2\"")]);
        pod.Volumes.First(v => v.Name == "kube-api-access").Files.Select(f => f.Path).ShouldBe(["ca.crt", "namespace", "token"]);
    }

    [Fact]
    public void What_is_missing_is_told_in_the_kubelets_words()
    {
        var container = Render(Manifests.Replace("name: m, key: k", "name: gone, key: k", StringComparison.Ordinal), null).Pods[0].Containers[0];
        container.Errors.ShouldBe(["configmap \"gone\" not found"]);
    }

    [Fact]
    public void The_json_has_the_names_that_scripts_rely_on()
    {
        using var document = JsonDocument.Parse(JsonSerializer.Serialize(Render(Manifests, null), RenderingJson.Readable.Rendering));
        var pod = document.RootElement.GetProperty("pods")[0];
        pod.EnumerateObject().Select(p => p.Name).ShouldBe(["namespace", "name", "containers", "volumes"]);
        pod.GetProperty("containers")[0].EnumerateObject().Select(p => p.Name).ShouldBe(["name", "env", "command", "args", "errors"]);
        pod.GetProperty("volumes")[0].EnumerateObject().Select(p => p.Name).ShouldBe(["name", "files", "errors"]);
        pod.GetProperty("volumes")[0].GetProperty("files")[0].EnumerateObject().Select(p => p.Name).ShouldBe(["path", "mode", "content"]);
    }

    [Theory]
    [InlineData("metadata.labels['a.b/c']=x", "labels", "a.b/c=\"x\"")]
    [InlineData("metadata.labels['1']=x", "labels", "1=\"x\"")]
    [InlineData("metadata.labels[env]=x=y", "labels", "env=\"x=y\"")]
    public void Set_reaches_into_maps(string set, string path, string line) =>
        Render(Manifests, null, set).Pods[0].Volumes.First(v => v.Name == "info").Files.First(f => f.Path == path).Content.Split('\n').ShouldContain(line);

    [Theory]
    [InlineData("status.podIP", "expected FIELD=VALUE")]
    [InlineData("status.podip=1", "a pod has no field podip there")]
    [InlineData("spec.containers=1", "holds more than one value")]
    [InlineData("status.podIP=nonsense", "--set status.podIP=nonsense: \"nonsense\" is no IP address")]
    [InlineData("spec.terminationGracePeriodSeconds=abc", "--set spec.terminationGracePeriodSeconds=abc: \"abc\" is no whole number")]
    [InlineData("spec.priority=high", "\"high\" is no whole number")]
    [InlineData("metadata.labels[a=1", "--set metadata.labels[a=1")]
    [InlineData("spec..nodeName=1", "a field's name is missing")]
    public void A_bad_set_says_why(string set, string message)
    {
        var error = Should.Throw<CliException>(() => Render(Manifests, null, set));
        error.ExitCode.ShouldBe(2);
        error.Message.ShouldContain(message);
    }

    [Fact]
    public void A_limit_that_only_the_node_knows_is_told()
    {
        const string Asks = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: i, resources: {limits: {memory: 1Mi}}, env: [{name: A, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}, {name: B, valueFrom: {resourceFieldRef: {resource: limits.memory}}}]}]}\n";
        var manifests = new ManifestLoader(new StringReader(Asks)).Load(["-"]);
        new PodRenderer(manifests, null, []).UnknownAllocatable.ShouldBe(["standard input: Pod \"p\": container c has no limits.cpu, so that it gets what its node gives to pods, which is not known: say --node-allocatable cpu=..."]);
        new PodRenderer(manifests, new Dictionary<string, Quantity> { ["cpu"] = Quantity.Parse("4") }, []).UnknownAllocatable.ShouldBeEmpty();
    }

    private static Cli.Rendering.Rendering Render(string manifests, Dictionary<string, Quantity>? allocatable, params string[] set)
    {
        var loaded = new ManifestLoader(new StringReader(manifests)).Load(["-"]);
        ManifestCheck.ThrowIfBad(loaded);
        return new PodRenderer(loaded, allocatable, [.. set.Select(FieldAssignment.Parse)]).Render();
    }
}
