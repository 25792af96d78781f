using Podkit.EndToEnd.Tests.Harness;

namespace Podkit.EndToEnd.Tests;

/// <summary>The samples of Podkit.Client as a user runs them on a laptop: with a kubeconfig, ended by Ctrl-C.</summary>
public sealed class ClientSampleTests : IAsyncLifetime
{
    private readonly LocalPod cluster = LocalPod.Run("""
        apiVersion: v1
        kind: Pod
        metadata: {name: web-0, labels: {app: web}}
        spec:
          terminationGracePeriodSeconds: 0
          containers:
          - name: main
            image: busybox:1.36
            command: ["sh", "-c", "mkdir -p /tmp/www && echo hello from web-0 > /tmp/www/index.html && echo serving && exec busybox httpd -f -p $POD_IP:80 -h /tmp/www"]
            env: [{name: POD_IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}]
            resources: {limits: {cpu: 250m, memory: 64Mi}}
        """);

    public async Task InitializeAsync()
    {
        await cluster.ReadyAsync();
        (await cluster.KubectlAsync("wait", "--for=condition=Ready", "pod/web-0", "--timeout=60s")).ExitCode.ShouldBe(0, cluster.Program.Output);
    }

    public async Task DisposeAsync() => await cluster.DisposeAsync();

    [Fact]
    public async Task Pods_are_listed() => (await RunAsync("list-pods")).ShouldBe((0, "default/web-0 Running"));

    [Fact]
    public async Task A_pod_is_read_with_its_types() => (await RunAsync("get-pod")).ShouldBe((0, "label app is web\nmain may have 250 millicores\nmain may have 67108864 bytes"));

    [Fact]
    public async Task A_log_is_read_and_a_program_runs_in_the_pod()
    {
        var (code, output) = await RunAsync("logs-and-exec");
        code.ShouldBe(0, output);
        var lines = output.Split('\n');
        lines[0].ShouldEndWith("Z serving");
        lines[1].ShouldBe("web-0", "the pod's own host name");
        lines[^1].ShouldBe("exit code 0");
    }

    [Fact]
    public async Task A_port_of_the_pod_is_reached_from_here()
    {
        await using var sample = Start("port-forward");
        var said = await sample.WaitForAsync("is the pod's port 80");
        using var http = new HttpClient();
        (await http.GetStringAsync(said[..said.IndexOf(' ', StringComparison.Ordinal)])).ShouldBe("hello from web-0\n");
        sample.Signal(2);
        (await sample.EndAsync()).ShouldBe(130, sample.Output);
    }

    [Fact]
    public async Task An_informer_tells_what_there_is_and_what_comes_and_goes()
    {
        await using var sample = Start("informer");
        await sample.WaitForAsync(l => l.EndsWith(" has 1 pods", StringComparison.Ordinal));
        await sample.WaitForAsync("+ default/web-0 on ");
        await DeleteAsync();
        await sample.WaitForAsync("- default/web-0");
        sample.Signal(2);
        (await sample.EndAsync()).ShouldBe(130, sample.Output);
    }

    [Fact]
    public async Task A_watch_tells_where_the_beginning_ends()
    {
        await using var sample = Start("watch");
        await sample.WaitForAsync("-- that was all there is");
        sample.Output.ShouldContain("web-0 Running");
        await DeleteAsync();
        await sample.WaitForAsync("Delete web-0");
        sample.Signal(2);
        (await sample.EndAsync()).ShouldBe(130, sample.Output);
    }

    [Fact]
    public async Task Metadata_alone_is_watched()
    {
        await using var sample = Start("metadata-watch");
        (await cluster.KubectlAsync("create", "secret", "generic", "hidden", "--from-literal=password=swordfish")).ExitCode.ShouldBe(0);
        await sample.WaitForAsync("default/hidden");
        sample.Output.ShouldNotContain("swordfish");
        sample.Signal(2);
        (await sample.EndAsync()).ShouldBe(130, sample.Output);
    }

    [Fact]
    public async Task What_is_applied_is_there_and_who_else_owns_a_field_is_told()
    {
        var (code, output) = await RunAsync("server-side-apply");
        (code, output).ShouldSatisfyAllConditions(r => r.code.ShouldBe(0), r => r.output.ShouldStartWith("settings is at version "));
        (await cluster.KubectlAsync("get", "configmap", "settings", "-o", "jsonpath={.data.colour}")).ShouldBe((0, "blue"));
        (await cluster.KubectlAsync("apply", "--server-side", "--force-conflicts", "--field-manager=other", "-f", await FileAsync("""
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}, "data": {"colour": "red"}}
            """))).ExitCode.ShouldBe(0);
        (code, output) = await RunAsync("server-side-apply");
        code.ShouldBe(0, output);
        output.ShouldContain("somebody else owns a field: ");
        output.ShouldContain(".data.colour");
    }

    [Fact]
    public async Task Any_resource_is_found_by_its_name()
    {
        (await cluster.KubectlAsync("apply", "-f", await FileAsync("""
            {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "shop"}, "spec": {"replicas": 3, "selector": {"matchLabels": {"app": "shop"}},
             "template": {"metadata": {"labels": {"app": "shop"}}, "spec": {"containers": [{"name": "main", "image": "shop:1"}]}}}}
            """))).ExitCode.ShouldBe(0);
        (await RunAsync("by-name")).ShouldBe((0, "shop wants 3 replicas"));
    }

    [Fact]
    public async Task A_name_that_is_none_is_told_with_the_others()
    {
        var (code, output) = await RunAsync("nothing");
        code.ShouldBe(2);
        output.ShouldStartWith("which sample? list-pods, get-pod, ");
    }

    private async Task DeleteAsync() => (await cluster.KubectlAsync("delete", "pod", "web-0")).ExitCode.ShouldBe(0);

    private async Task<string> FileAsync(string text)
    {
        var file = Path.Combine(Path.GetDirectoryName(cluster.Kubeconfig)!, "applied.json");
        await File.WriteAllTextAsync(file, text);
        return file;
    }

    private async Task<(int ExitCode, string Output)> RunAsync(string sample)
    {
        await using var program = Start(sample);
        return (await program.EndAsync(), program.Output);
    }

    private Harness.Program Start(string sample) => Harness.Program.Start(
        "dotnet", [Path.Combine(Repository.Root, "artifacts", "bin", "Podkit.Examples.Client", "release", "Podkit.Examples.Client.dll"), sample], environment: new Dictionary<string, string> { ["KUBECONFIG"] = cluster.Kubeconfig });
}
