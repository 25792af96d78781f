using System.Text;
using Podkit.Model.Core.V1;

namespace Podkit.Node.Tests.Agent;

/// <summary>The agent with real processes and real volumes, against the server in memory.</summary>
public sealed class RealProcessTests : IAsyncLifetime
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);
    private readonly string directory = Directory.CreateTempSubdirectory("podkit-real-").FullName;
    private readonly FakeApi api = new(TimeProvider.System);
    private NodeAgent? agent;
    private ContainerLogSubscription? lines;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        lines?.Dispose();
        if (agent is not null) await agent.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }

    [Theory]
    [InlineData(RuntimeChoice.Plain)]
    [InlineData(RuntimeChoice.Auto)]
    public async Task A_changed_label_is_in_the_file_of_the_running_container(RuntimeChoice runtime)
    {
        await StartAsync(runtime);
        api.Put(Pod("""
            file="${PODKIT_VOLUMES:-}/etc/podinfo/labels"
            seen=
            trap 'echo bye; exit 0' TERM
            while true; do
              now=$(cat "$file")
              if [ "$now" != "$seen" ]; then echo "$POD $now"; seen=$now; fi
              sleep 0.02
            done
            """));
        await LineAsync("p env=\"a\"");
        api.Change("p", p => p.Metadata.Labels!["env"] = "b");
        await LineAsync("p env=\"b\"");
        api.Delete("p", 30);
        await LineAsync("bye");
        await api.WaitGoneAsync("p");
    }

    [Theory]
    [InlineData(RuntimeChoice.Plain)]
    [InlineData(RuntimeChoice.Auto)]
    public async Task A_pod_finishes_with_its_exit_code_and_its_last_words(RuntimeChoice runtime)
    {
        await StartAsync(runtime);
        var pod = Pod("echo out; echo err >&2; echo finished > \"${PODKIT_VOLUMES:-}/dev/termination-log\"; exit 7");
        pod.Spec.RestartPolicy = "Never";
        api.Put(pod);
        var missing = new HashSet<string> { "out", "err" };
        await ReadAsync(line => missing.Remove(line) && missing.Count == 0);
        var failed = await api.WaitAsync("p", p => p.Status.Phase == "Failed");
        failed.Status.ContainerStatuses![0].State.Terminated!.ExitCode.ShouldBe(7);
        failed.Status.ContainerStatuses[0].State.Terminated!.Message.ShouldBe("finished\n");
        await using var log = agent!.OpenLog("ns", "p", "c", new() { ErrorStream = true });
        (await new StreamReader(log).ReadToEndAsync()).ShouldBe("err\n");
    }

    [Theory]
    [InlineData(RuntimeChoice.Plain)]
    [InlineData(RuntimeChoice.Auto)]
    public async Task Stopping_the_node_leaves_no_process_and_no_file(RuntimeChoice runtime)
    {
        await StartAsync(runtime);
        api.Put(Pod("sleep 1000 & echo $$; wait"));
        await ReadAsync(line => line.Length > 0);
        await agent!.StopAsync(CancellationToken.None).WaitAsync(Long);
        Directory.EnumerateFileSystemEntries(directory, "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task Probes_and_hooks_run_in_the_container()
    {
        await StartAsync(RuntimeChoice.Auto);
        var pod = Pod("trap 'echo bye; exit 0' TERM; while true; do sleep 0.05; done");
        pod.Spec.Containers[0].ReadinessProbe = new() { Exec = new() { Command = ["sh", "-c", "test \"$POD\" = p"] } };
        pod.Spec.Containers[0].Lifecycle = new() { PreStop = new() { Exec = new() { Command = ["sh", "-c", "echo draining > /proc/1/fd/1 || true"] } } };
        api.Put(pod);
        await api.WaitAsync("p", p => p.Status.ContainerStatuses?[0].Ready is true);
        var output = new MemoryStream();
        (await agent!.ExecAsync("ns", "p", "c", new() { Command = ["sh", "-c", "echo $POD; exit 4"], StandardOutput = output }, CancellationToken.None)).ShouldBe(4);
        Encoding.UTF8.GetString(output.ToArray()).ShouldBe("p\n");
        api.Delete("p", 30);
        await LineAsync("bye");
        await api.WaitGoneAsync("p");
    }

    private async Task StartAsync(RuntimeChoice runtime)
    {
        var options = new NodeAgentOptions
        {
            NodeName = "here",
            Runtime = runtime,
            LogDirectory = Path.Combine(directory, "logs"),
            Volumes = new() { BaseDirectory = Path.Combine(directory, "memory"), DiskDirectory = Path.Combine(directory, "disk") },
        };
        agent = new(api, options, null, null, static (parts, stop) => parts.MakeAsync(stop), []);
        lines = agent.SubscribeLogs();
        await agent.StartAsync(CancellationToken.None);
    }

    private static Pod Pod(string script)
    {
        var pod = TestNode.Pod();
        pod.Metadata.Labels = new() { ["env"] = "a" };
        pod.Spec.Volumes = [new() { Name = "podinfo", DownwardAPI = new() { Items = [new() { Path = "labels", FieldRef = new() { FieldPath = "metadata.labels" } }] } }];
        var container = pod.Spec.Containers[0];
        container.Command = ["sh", "-c", script];
        container.Env = [new() { Name = "POD", ValueFrom = new() { FieldRef = new() { FieldPath = "metadata.name" } } }];
        container.VolumeMounts = [new() { Name = "podinfo", MountPath = "/etc/podinfo" }];
        return pod;
    }

    private Task LineAsync(string wanted) => ReadAsync(line => line == wanted);

    private async Task ReadAsync(Func<string, bool> wanted)
    {
        using var limit = new CancellationTokenSource(Long);
        var seen = new List<string>();
        try
        {
            await foreach (var line in lines!.Lines.ReadAllAsync(limit.Token))
            {
                seen.Add(Encoding.UTF8.GetString(line.Line.Span));
                if (wanted(seen[^1])) return;
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"there were only the lines: {string.Join(" | ", seen)}; events: {string.Join(" | ", api.Events.Select(e => $"{e.Reason} {e.Message}"))}");
        }
    }
}
