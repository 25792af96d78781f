using System.Net;
using System.Net.Sockets;
using Podkit.EndToEnd.Tests.Harness;

namespace Podkit.EndToEnd.Tests;

/// <summary>How <c>podkit run</c> and <c>podkit up</c> end, and what they say when something is wrong.</summary>
public class RunTests
{
    private static string Pod(string command, string more = "", string name = "p") => $$"""
        apiVersion: v1
        kind: Pod
        metadata: {name: {{name}}}
        spec:
          restartPolicy: Never
          terminationGracePeriodSeconds: 1
          containers:
          - name: main
            image: busybox:1.36
            command: ["sh", "-c", "{{command}}"]
        {{more}}
        """;

    [Fact]
    public async Task All_pods_succeeded_is_exit_code_0_and_all_lines_are_printed()
    {
        await using var pod = LocalPod.Run(Pod("for i in 1 2 3 4 5; do echo line $i; done"));
        (await pod.Program.EndAsync()).ShouldBe(0, pod.Program.Output);
        for (var i = 1; i <= 5; i++) pod.Program.Output.ShouldContain($"main | line {i}");
        pod.Program.Output.ShouldContain("image busybox:1.36 is not in the local store: running its command on this machine's file system");
    }

    [Fact]
    public async Task A_failed_pod_is_exit_code_1_with_the_reason()
    {
        await using var pod = LocalPod.Run(Pod("echo out; exit 3") + "\n---\n" + Pod("true", name: "good"));
        (await pod.Program.EndAsync()).ShouldBe(1, pod.Program.Output);
        pod.Program.Output.ShouldContain("error: p failed: main ended with exit code 3");
    }

    [Fact]
    public async Task Exec_runs_a_local_command_in_place_of_the_image()
    {
        await using var pod = LocalPod.Run(Pod("echo from the manifest"), "--exec", "main=sh -c 'echo from here, as $HOSTNAME'");
        (await pod.Program.EndAsync()).ShouldBe(0, pod.Program.Output);
        pod.Program.Output.ShouldContain("main | from here, as p");
        pod.Program.Output.ShouldNotContain("from the manifest");
    }

    [Fact]
    public async Task Exec_gets_the_arguments_of_a_container_without_a_command()
    {
        var manifest = Pod("-").Replace("command: [\"sh\", \"-c\", \"-\"]", "args: [\"--port\", \"$(PORT)\"]\n    env: [{name: PORT, value: '80'}]", StringComparison.Ordinal);
        await using var pod = LocalPod.Run(manifest, "--exec", "main=echo started with");
        (await pod.Program.EndAsync()).ShouldBe(0, pod.Program.Output);
        pod.Program.Output.ShouldContain("main | started with --port 80");
    }

    [Fact]
    public async Task A_volume_that_cannot_be_mounted_is_told()
    {
        await using var pod = LocalPod.Run(Pod("echo got it", "    volumeMounts: [{name: v, mountPath: /v}]\n  volumes: [{name: v, configMap: {name: late}}]"));
        await pod.Program.WaitForAsync("warning: p: FailedMount: ");
        pod.Program.Output.ShouldContain("configmap \"late\" not found");
        (await pod.KubectlAsync("create", "configmap", "late", "--from-literal=k=it")).ShouldBe((0, "configmap/late created"));
        (await pod.Program.EndAsync()).ShouldBe(0, pod.Program.Output);
    }

    [Fact]
    public async Task What_every_cluster_has_may_stand_in_the_manifests()
    {
        await using var pod = LocalPod.Run("apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: default}\nimagePullSecrets: [{name: mine}]\n---\n" + Pod("echo ran; sleep 600"));
        await pod.Program.WaitForAsync("main | ran");
        (await pod.KubectlAsync("get", "serviceaccount", "default", "-o", "jsonpath={.imagePullSecrets[0].name}")).ShouldBe((0, "mine"));
        (await pod.StopAsync()).ShouldBe(0, pod.Program.Output);
    }

    [Fact]
    public async Task A_pod_that_had_failed_counts_when_the_user_stops_the_rest()
    {
        await using var pod = LocalPod.Run(Pod("exit 3") + "\n---\n" + Pod("sleep 600", name: "good"));
        await pod.Program.WaitForAsync("error: p failed: main ended with exit code 3");
        (await pod.StopAsync()).ShouldBe(1, pod.Program.Output);
    }

    [Fact]
    public async Task Manifests_come_by_standard_input_too()
    {
        var (code, output) = await LocalPod.PodkitAsync(["run", "-"], Pod("echo piped"));
        code.ShouldBe(0, output);
        output.ShouldContain("main | piped");
    }

    [Theory]
    [InlineData("image: busybox:1.36", "imagee: x", "spec.containers[0].imagee: unknown field; did you mean image? allowed here: args, command")]
    [InlineData("  - name: main", "  - name: main\n    env: [{name: A, valueFrom: {fieldRef: {fieldPath: status.phase}}}]", "spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Unsupported value: \"status.phase\": supported values: \"metadata.name\"")]
    [InlineData("  restartPolicy: Never", "  restartPolicy: [", "pod.yaml:")]
    [InlineData("  - name: main", "  - name: main\n    env: [{name: A, valueFrom: {resourceFieldRef: {resource: limits.cpu, containerName: nobody}}}]", "container nobody not found; the pod's containers are: main")]
    [InlineData("    command: [", "    args: [", "has no command, and image busybox:1.36 is not in the local store")]
    public async Task A_bad_manifest_is_exit_code_2_with_file_line_and_what_is_allowed(string from, string to, string message)
    {
        await using var pod = LocalPod.Run(Pod("true").Replace(from, to, StringComparison.Ordinal));
        (await pod.Program.EndAsync()).ShouldBe(2, pod.Program.Output);
        pod.Program.Output.ShouldContain(message);
        pod.Program.Output.ShouldMatch(@"pod\.yaml:\d+:");
        pod.Program.Output.ShouldNotContain("ready:");
    }

    [Fact]
    public async Task A_missing_key_of_a_given_ConfigMap_is_told_before_anything_runs()
    {
        await using var pod = LocalPod.Run(Pod("true", "    env: [{name: A, valueFrom: {configMapKeyRef: {name: cm, key: nope}}}]") + "\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: cm}\ndata: {here: x}\n");
        (await pod.Program.EndAsync()).ShouldBe(2, pod.Program.Output);
        pod.Program.Output.ShouldContain("ConfigMap cm has no key nope; its keys are: here");
    }

    [Fact]
    public async Task A_ConfigMap_that_comes_later_is_waited_for_in_Kubernetes_words()
    {
        await using var pod = LocalPod.Run(Pod("echo got $A", "    env: [{name: A, valueFrom: {configMapKeyRef: {name: late, key: k}}}]"));
        await pod.Program.WaitForAsync("p/main waits: CreateContainerConfigError: configmap \"late\" not found");
        (await pod.KubectlAsync("create", "configmap", "late", "--from-literal=k=it")).ShouldBe((0, "configmap/late created"));
        (await pod.Program.EndAsync()).ShouldBe(0, pod.Program.Output);
        pod.Program.Output.ShouldContain("main | got it");
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named_with_its_owner()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await using var cluster = LocalPod.Up("--port", $"{port}");
        (await cluster.Program.EndAsync()).ShouldBe(1, cluster.Program.Output);
        cluster.Program.Output.ShouldContain($"port {port} is taken by ");
        cluster.Program.Output.ShouldContain($"(pid {Environment.ProcessId})");
    }

    [Fact]
    public async Task The_proxy_names_who_has_its_port_as_well()
    {
        await using var cluster = LocalPod.Up();
        await cluster.ReadyAsync();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var (code, output) = await LocalPod.PodkitAsync(["proxy", "--kubeconfig", cluster.Kubeconfig, "--port", $"{port}"]);
        code.ShouldBe(1, output);
        output.ShouldContain($"(pid {Environment.ProcessId})");
    }

    [Fact]
    public async Task A_signal_at_any_moment_of_the_start_stops_cleanly()
    {
        for (var delay = 50; delay <= 950; delay += 75)
        {
            await using var pod = LocalPod.Run(Pod("sleep 600"));
            await Task.Delay(delay);
            var code = await pod.StopAsync();
            code.ShouldBeOneOf([0, 130], $"after {delay} ms: {pod.Program.Output}"); // 130: before the program itself ran.
            pod.Program.Output.ShouldNotContain("nhandled");
            Directory.GetFiles(Path.GetDirectoryName(pod.Kubeconfig)!).ShouldNotContain(pod.Kubeconfig);
        }
    }

    [Fact]
    public async Task Up_serves_until_it_is_told_to_stop()
    {
        await using var cluster = LocalPod.Up();
        await cluster.ReadyAsync();
        var (code, output) = await cluster.KubectlAsync("get", "nodes");
        code.ShouldBe(0, output);
        output.ShouldContain("Ready");
        cluster.Program.Signal(15);
        (await cluster.Program.EndAsync()).ShouldBe(0, cluster.Program.Output);
    }

    [Fact]
    public async Task Pods_get_their_grace_to_end_and_a_second_signal_cuts_it_short()
    {
        const string Trap = "trap 'echo saying goodbye; exit 0' TERM; echo waiting; while true; do sleep 0.1; done";
        await using (var polite = LocalPod.Run(Pod(Trap).Replace("Seconds: 1", "Seconds: 30", StringComparison.Ordinal)))
        {
            await polite.Program.WaitForAsync("main | waiting");
            (await polite.StopAsync()).ShouldBe(0, polite.Program.Output);
            polite.Program.Output.ShouldContain("main | saying goodbye");
        }

        await using var stubborn = LocalPod.Run(Pod("trap 'echo not yet' TERM; echo waiting; while true; do sleep 0.1; done").Replace("Seconds: 1", "Seconds: 600", StringComparison.Ordinal));
        await stubborn.Program.WaitForAsync("main | waiting");
        stubborn.Program.Signal(2);
        await stubborn.Program.WaitForAsync("main | not yet");
        (await stubborn.StopAsync()).ShouldBe(0, stubborn.Program.Output);
    }

    [Fact]
    public async Task Nothing_survives_when_podkit_itself_is_killed()
    {
        var mark = $"exec sleep 86{Environment.ProcessId}";
        foreach (var runtime in (string[])["sandbox", "plain"])
        {
            await using var pod = LocalPod.Run(Pod($"echo started; {mark}"), "--runtime", runtime);
            await pod.Program.WaitForAsync("main | started");
            pod.Program.Signal(9);
            await pod.Program.EndAsync();
            for (var i = 0; i < 100 && Machine.Processes($"86{Environment.ProcessId}").Count > 0; i++) await Task.Delay(50);
            Machine.Processes($"86{Environment.ProcessId}").ShouldBeEmpty(runtime);
        }

        // The next cluster cleans up what the killed ones could not.
        await using var next = LocalPod.Run(Pod("echo again"));
        (await next.Program.EndAsync()).ShouldBe(0, next.Program.Output);
    }

    [Fact]
    public async Task Without_the_rights_of_root_the_sandbox_works_too()
    {
        const string Nobody = "65534";
        await using var podkit = Harness.Program.Start(
            "setpriv",
            ["--reuid", Nobody, "--regid", Nobody, "--clear-groups", Repository.Podkit, "run", "-", "--runtime", "sandbox"],
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: p}
            spec:
              restartPolicy: Never
              containers:
              - name: main
                image: busybox:1.36
                command: ["sh", "-c", "echo user $(id -u) in pod $(cat /etc/podinfo/name)"]
                volumeMounts: [{name: info, mountPath: /etc/podinfo}]
              volumes: [{name: info, downwardAPI: {items: [{path: name, fieldRef: {fieldPath: metadata.name}}]}}]
            """,
            new Dictionary<string, string> { ["HOME"] = "/", ["XDG_RUNTIME_DIR"] = "" });
        (await podkit.EndAsync()).ShouldBe(0, podkit.Output);
        podkit.Output.ShouldContain($"main | user {Nobody} in pod p");
    }
}
