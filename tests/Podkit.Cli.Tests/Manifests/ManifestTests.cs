using Podkit.Cli.Manifests;
using Podkit.Cli.Output;

namespace Podkit.Cli.Tests.Manifests;

public class ManifestTests
{
    private const string Pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - name: c\n    image: i\n";

    [Theory]
    [InlineData("kind: Pod\nmetadata: {name: p}", "standard input:1: apiVersion is missing, such as v1 or apps/v1")]
    [InlineData("apiVersion: v1\nmetadata: {name: p}", "standard input:1: kind is missing, such as Pod")]
    [InlineData("apiVersion: v1\nkind: Pood\nmetadata: {name: p}", "standard input:2: there is no kind Pood in v1; Kubernetes 1.34's stable groups are known")]
    [InlineData("apiVersion: v1\nkind: Deployment\nmetadata: {name: p}", "standard input:2: there is no kind Deployment in v1; there is Deployment of apps/v1")]
    [InlineData("apiVersion: v1\nkind: Pod\nmetadata: {labels: {}}", "standard input:3: Pod without metadata.name")]
    [InlineData("- a\n- b", "standard input:1: expected an object with apiVersion and kind")]
    [InlineData("", "no manifest in -: give files, folders with .yaml, .yml, .json files, or - for standard input")]
    [InlineData("a: [", "standard input:")]
    public void What_cannot_be_read_is_told_with_its_place(string text, string message)
    {
        var error = Should.Throw<CliException>(() => new ManifestLoader(new StringReader(text)).Load(["-"]));
        error.ExitCode.ShouldBe(2);
        error.Message.ShouldStartWith(message);
    }

    [Fact]
    public void A_folder_gives_its_manifests_in_the_order_of_their_names_and_a_list_gives_its_items()
    {
        var folder = Directory.CreateTempSubdirectory("podkit-e2e-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "2.json"), """{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"b"}},{"apiVersion":"v1","kind":"Secret","metadata":{"name":"c"}}]}""");
            File.WriteAllText(Path.Combine(folder.FullName, "1.yaml"), Pod + "---\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n");
            File.WriteAllText(Path.Combine(folder.FullName, "README.md"), "not: [a manifest");
            var manifests = Load(folder.FullName);
            manifests.Select(m => m.Display).ShouldBe(["pod/p", "namespace/a", "configmap/b", "secret/c"]);
            ApplyOrder.Sort(manifests).Select(m => m.Display).ShouldBe(["namespace/a", "secret/c", "configmap/b", "pod/p"]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_mistake_in_a_list_has_the_line_of_its_item()
    {
        const string List = "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: m}}\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: p}\n  spec:\n    containers:\n    - name: c\n      imagee: i\n";
        Should.Throw<CliException>(() => ManifestCheck.ThrowIfBad(new ManifestLoader(new StringReader(List)).Load(["-"]))).Message.ShouldStartWith("standard input:11: Pod \"p\": spec.containers[0].imagee");
        Should.Throw<CliException>(() => new ManifestLoader(new StringReader(List + "- {apiVersion: v1}\n")).Load(["-"])).Message.ShouldBe("standard input:12: kind is missing, such as Pod");
    }

    [Fact]
    public void A_path_that_is_not_there_is_named() =>
        Should.Throw<CliException>(() => Load("/nowhere/at/all")).Message.ShouldBe("/nowhere/at/all: there is no such file or folder");

    [Theory]
    [InlineData("    imagee: x\n", "standard input:8: Pod \"p\": spec.containers[0].imagee: unknown field; did you mean image?")]
    [InlineData("    ports: [{containerPort: 99999}]\n", "standard input:8: Pod \"p\": spec.containers[0].ports[0].containerPort: Invalid value: 99999: must be between 1 and 65535, inclusive")]
    [InlineData("    env:\n    - {name: A, valueFrom: {fieldRef: {fieldPath: metadata.labels}}}\n", "standard input:9: Pod \"p\": spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Unsupported value: \"metadata.labels\"")]
    [InlineData("    env:\n    - {name: A, valueFrom: {fieldRef: {fieldPath: metadata.nam}}}\n", "standard input:9: Pod \"p\": spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Invalid value: \"metadata.nam\": error converting fieldPath: field label not supported: metadata.nam; allowed are metadata.name, metadata.namespace")]
    [InlineData("    env:\n    - name: A\n      valueFrom:\n        resourceFieldRef: {resource: limits.cpu, containerName: d}\n", "standard input:11: Pod \"p\": spec.containers[0].env[0].valueFrom.resourceFieldRef.containerName: container d not found; the pod's containers are: c")]
    [InlineData("    env:\n    - {name: A, valueFrom: {configMapKeyRef: {name: m, key: k}}}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: {x: z}\n", "standard input:9: Pod \"p\": spec.containers[0].env[0].valueFrom.configMapKeyRef.key: ConfigMap m has no key k; its keys are: x")]
    [InlineData("---\n" + Pod, "standard input:11: Pod \"p\": metadata.name: stands twice, first in standard input:3")]
    public void A_mistake_is_told_with_file_line_and_what_is_allowed(string more, string message)
    {
        var error = Should.Throw<CliException>(() => ManifestCheck.ThrowIfBad(new ManifestLoader(new StringReader(Pod + more)).Load(["-"])));
        error.ExitCode.ShouldBe(2);
        error.Message.ShouldStartWith(message);
    }

    [Theory]
    [InlineData("    env:\n    - {name: A, valueFrom: {configMapKeyRef: {name: elsewhere, key: k}}}\n")]
    [InlineData("    env:\n    - {name: A, valueFrom: {secretKeyRef: {name: m, key: k, optional: true}}}\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: m}\n")]
    public void What_only_run_time_can_tell_is_left_to_it(string more) =>
        Should.NotThrow(() => ManifestCheck.ThrowIfBad(new ManifestLoader(new StringReader(Pod + more)).Load(["-"])));

    private static IReadOnlyList<Manifest> Load(string path) => new ManifestLoader(TextReader.Null).Load([path]);
}
