using Podkit.EndToEnd.Tests.Harness;

namespace Podkit.EndToEnd.Tests;

/// <summary>kubectl and the Python client get into containers: exec, attach, port-forward.</summary>
public class StreamTests
{
    private const string Web = """
        apiVersion: v1
        kind: Pod
        metadata: {name: web}
        spec:
          terminationGracePeriodSeconds: 0
          containers:
          - name: main
            image: python:3
            command: ["sh", "-c", "cd /tmp && mkdir w && echo it works > w/hello.txt && exec PYTHON -u -m http.server 8080 --bind $POD_IP --directory w"]
            env:
            - {name: WHERE, value: the container}
            - {name: POD_IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
        """;

    private const string Listener = """
        apiVersion: v1
        kind: Pod
        metadata: {name: listener}
        spec:
          restartPolicy: Never
          containers:
          - name: main
            image: busybox:1.36
            command: ["sh", "-c", "echo begins; while read line; do echo got $line; done; echo the end"]
            stdin: true
            stdinOnce: true
        """;

    private const string Script = """
        import sys
        from kubernetes import client, config
        from kubernetes.stream import portforward, stream
        config.load_kube_config(sys.argv[1])
        api = client.CoreV1Api()
        print("exec:", stream(api.connect_get_namespaced_pod_exec, "web", "default", command=["sh", "-c", "echo $WHERE"], stderr=True, stdin=False, stdout=True, tty=False))
        shell = stream(api.connect_get_namespaced_pod_exec, "web", "default", command=["sh"], stderr=True, stdin=True, stdout=True, tty=False, _preload_content=False)
        shell.write_stdin("echo typed\n")
        print("shell:", shell.readline_stdout(timeout=60))
        shell.write_stdin("exit 4\n")
        shell.run_forever(timeout=60)
        print("code:", shell.returncode)
        try:
            stream(api.connect_get_namespaced_pod_exec, "nobody", "default", command=["true"], stdout=True)
        except client.exceptions.ApiException as e:
            print("refused:", e.reason)
        forward = portforward(api.connect_get_namespaced_pod_portforward, "web", "default", ports="8080")
        socket = forward.socket(8080)
        socket.setblocking(True)
        socket.sendall(b"GET /hello.txt HTTP/1.0\r\n\r\n")
        answer = b""
        while True:
            part = socket.recv(65536)
            if not part: break
            answer += part
        print("web:", answer.decode().splitlines()[-1], forward.error(8080), flush=True)
        """;

    [Fact]
    public async Task Kubectl_runs_commands_in_containers()
    {
        await using var pod = await WebAsync();
        (await pod.KubectlAsync("exec", "web", "--", "sh", "-c", "echo in $WHERE; echo apart >&2; exit 3")).ShouldBe((3, "in the container\napart\ncommand terminated with exit code 3"), Comparer);
        (await pod.KubectlWithInputAsync("piped\ninto it\n", "exec", "-i", "web", "--", "sh", "-c", "cat; echo and its end")).ShouldBe((0, "piped\ninto it\nand its end"));
        (await pod.KubectlAsync("exec", "web", "--", "nothing-like-it")).ShouldSatisfyAllConditions(
            r => r.ExitCode.ShouldBe(1), r => r.Output.ShouldContain("error executing command in container: failed to exec in container: exec: \"nothing-like-it\": executable file not found in $PATH"));
        (await pod.KubectlAsync("exec", "nobody", "--", "true")).ShouldBe((1, "Error from server (NotFound): pods \"nobody\" not found"));
        var (code, output) = await pod.KubectlAsync("exec", "web", "--", "sh", "-c", "i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done");
        code.ShouldBe(0);
        output.Split('\n').Length.ShouldBe(20000);
    }

    [Fact]
    public async Task Kubectl_attaches_to_containers()
    {
        await using var pod = LocalPod.Run(Listener);
        await pod.Program.WaitForAsync("main | begins");
        var (code, output) = await pod.KubectlWithInputAsync("one\ntwo\n", "attach", "-i", "listener");
        code.ShouldBe(0, output);
        output.ShouldContain("got one\ngot two\nthe end");
        (await pod.Program.EndAsync()).ShouldBe(0, pod.Program.Output);
        pod.Program.Output.ShouldContain("main | the end");
    }

    [Fact]
    public async Task Kubectl_forwards_ports()
    {
        await using var pod = await WebAsync();
        await using var forward = pod.StartKubectl("port-forward", "pod/web", ":8080");
        var line = await forward.WaitForAsync(l => l.StartsWith("Forwarding from 127.0.0.1:", StringComparison.Ordinal));
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{line.Split(':')[1].Split(' ')[0]}/"), Timeout = TimeSpan.FromSeconds(60) };
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => http.GetStringAsync("hello.txt")));
        answers.ShouldAllBe(a => a == "it works\n");
        (await http.GetAsync("nothing")).StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Kubectl_tells_that_nobody_listens_at_a_port()
    {
        await using var pod = await WebAsync();
        await using var forward = pod.StartKubectl("port-forward", "pod/web", ":8081");
        var line = await forward.WaitForAsync(l => l.StartsWith("Forwarding from 127.0.0.1:", StringComparison.Ordinal));
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(60) };
        await Should.ThrowAsync<HttpRequestException>(() => http.GetStringAsync(new Uri($"http://127.0.0.1:{line.Split(':')[1].Split(' ')[0]}/")));
        (await forward.WaitForAsync("error forwarding port 8081 to pod web, uid ")).ShouldContain(":8081: Connection refused");
    }

    [Fact]
    public async Task The_Python_client_gets_into_containers_too()
    {
        await using var pod = await WebAsync();
        await using var python = Harness.Program.Start(Repository.Python, ["-c", Script, pod.Kubeconfig]);
        (await python.EndAsync()).ShouldBe(0, python.Output);
        python.Output.ShouldContain("exec: the container");
        python.Output.ShouldContain("shell: typed");
        python.Output.ShouldContain("code: 4");
        python.Output.ShouldContain("refused: Handshake status 404 Not Found");
        python.Output.ShouldContain("web: it works None");
    }

    [Fact]
    public async Task Nothing_of_a_command_is_left_when_kubectl_is_killed()
    {
        var mark = $"87{Environment.ProcessId}";
        await using var pod = await WebAsync();
        await using (var exec = pod.StartKubectl("exec", "web", "--", "sh", "-c", $"echo started; sleep {mark}; true"))
        {
            await exec.WaitForAsync("started");
            exec.Signal(9);
            await exec.EndAsync();
        }

        for (var i = 0; i < 1200 && Machine.Processes($"sleep {mark}").Count > 0; i++) await Task.Delay(50);
        Machine.Processes($"sleep {mark}").ShouldBeEmpty();
    }

    /// <summary>What was printed on two streams comes in any order.</summary>
    private static IEqualityComparer<(int ExitCode, string Output)> Comparer { get; } =
        EqualityComparer<(int ExitCode, string Output)>.Create((a, b) => a.ExitCode == b.ExitCode && a.Output.Split('\n').Order().SequenceEqual(b.Output.Split('\n').Order()), r => r.ExitCode);

    private static async Task<LocalPod> WebAsync()
    {
        var pod = LocalPod.Run(Web.Replace("PYTHON", Repository.Python, StringComparison.Ordinal));
        await pod.Program.WaitForAsync("main | Serving HTTP on ");
        return pod;
    }
}
