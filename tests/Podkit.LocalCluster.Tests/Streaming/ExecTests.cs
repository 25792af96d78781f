using System.Text;
using Podkit.Client;

namespace Podkit.LocalCluster.Tests.Streaming;

/// <summary>Podkit.Client runs commands in containers of a real cluster.</summary>
public abstract class ExecTests(StreamingCluster cluster)
{
    [Fact]
    public async Task A_command_gets_its_input_and_its_output_and_errors_come_apart()
    {
        using var input = new MemoryStream("one\ntwo\n"u8.ToArray());
        var result = await cluster.Pods.ExecAsync("waiting", ["sh", "-c", "cat; echo aside >&2"], input: input);
        (result.ExitCode, result.Output, result.Error).ShouldBe((0, "one\ntwo\n", "aside\n"));
    }

    [Fact]
    public async Task The_exit_code_is_told() => (await cluster.Pods.ExecAsync("waiting", ["sh", "-c", "exit 3"])).ExitCode.ShouldBe(3);

    [Fact]
    public async Task A_command_has_the_containers_environment() => (await cluster.Pods.ExecAsync("waiting", ["sh", "-c", "echo $WHERE"])).Output.ShouldBe("in the container\n");

    [Fact]
    public async Task Ten_megabytes_of_output_arrive_whole()
    {
        await using var session = await cluster.Pods.ExecAsync("waiting", new PodExecOptions { Command = ["sh", "-c", "i=0; while [ $i -lt 1024 ]; do printf '%010239d\\n' $i; i=$((i+1)); done"] });
        var (length, lines, last) = (0L, 0, 0);
        using var reader = new StreamReader(session.StandardOutput);
        while (await reader.ReadLineAsync() is { } line)
        {
            (length, lines) = (length + line.Length + 1, lines + 1);
            last = int.Parse(line, System.Globalization.CultureInfo.InvariantCulture);
        }

        (length, lines, last).ShouldBe((10L << 20, 1024, 1023));
        (await session.WaitAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Ten_megabytes_go_in_and_come_out_again()
    {
        var sent = new byte[10 << 20];
        new Random(1).NextBytes(sent);
        await using var session = await cluster.Pods.ExecAsync("waiting", new PodExecOptions { Command = ["cat"], StandardInput = true });
        var feeding = FeedAsync(session.StandardInput!, sent);
        using var received = new MemoryStream();
        await session.StandardOutput.CopyToAsync(received);
        await feeding;
        (await session.WaitAsync()).ShouldBe(0);
        received.ToArray().AsSpan().SequenceEqual(sent).ShouldBeTrue();
    }

    [Fact]
    public async Task Output_that_nobody_reads_yet_is_not_lost_when_the_command_has_ended()
    {
        await using var session = await cluster.Pods.ExecAsync("waiting", new PodExecOptions { Command = ["sh", "-c", "head -c 4000000 /dev/zero; echo done >&2"] });
        using var errors = new StreamReader(session.StandardError);
        var late = new byte[1 << 16];
        var length = 0L;

        // More than all the buffers on the way hold: the command ends while much of its output is still on its way.
        int read;
        while ((read = await session.StandardOutput.ReadAsync(late)) > 0)
        {
            length += read;
            if (length < 1 << 19) await Task.Delay(50);
        }

        length.ShouldBe(4_000_000);
        (await errors.ReadToEndAsync()).ShouldBe("done\n");
    }

    [Fact]
    public async Task Cutting_the_connection_kills_the_command_and_what_it_started()
    {
        var mark = "86" + Guid.NewGuid().ToString("N");
        await using (var session = await cluster.Pods.ExecAsync("waiting", new PodExecOptions { Command = ["sh", "-c", $"echo started; sh -c 'sleep 1000; true' {mark}; true"] }))
        {
            await session.StandardOutput.ReadExactlyAsync(new byte[8]);
            Processes(mark).ShouldNotBeEmpty();
        }

        await GoneAsync(mark);
    }

    [Fact]
    public async Task A_command_that_does_not_read_is_killed_too_when_its_client_is_gone()
    {
        var mark = "86" + Guid.NewGuid().ToString("N");
        await using (var session = await cluster.Pods.ExecAsync("waiting", new PodExecOptions { Command = ["sh", "-c", $"echo started; sh -c 'sleep 1000; true' {mark}"], StandardInput = true }))
        {
            await session.StandardOutput.ReadExactlyAsync(new byte[8]);
            await session.StandardInput!.WriteAsync(new byte[100_000]);
        }

        await GoneAsync(mark);
    }

    [Fact]
    public async Task A_terminal_is_one_and_knows_its_size()
    {
        await using var session = await cluster.Pods.ExecAsync("waiting", new PodExecOptions { Command = ["sh", "-c", "test -t 0 && test -t 1 && test -t 2 && echo terminal $TERM; read line; while [ \"$(stty size)\" = \"0 0\" ]; do sleep 0.02; done; stty size; exit 4"], StandardInput = true, Terminal = true });
        using var reader = new StreamReader(session.StandardOutput);
        (await reader.ReadLineAsync()).ShouldBe("terminal xterm");
        await session.ResizeAsync(120, 40);
        await session.StandardInput!.WriteAsync("go\n"u8.ToArray());
        (await reader.ReadLineAsync()).ShouldBe("go");
        (await reader.ReadLineAsync()).ShouldBe("40 120");
        (await session.WaitAsync()).ShouldBe(4);
    }

    [Fact]
    public async Task Control_C_in_a_terminal_interrupts()
    {
        await using var session = await cluster.Pods.ExecAsync("waiting", new PodExecOptions { Command = ["sh", "-c", "trap 'echo interrupted; exit 5' INT; echo ready; while true; do sleep 0.1; done"], StandardInput = true, Terminal = true });
        using var reader = new StreamReader(session.StandardOutput);
        (await reader.ReadLineAsync()).ShouldBe("ready");
        await session.StandardInput!.WriteAsync(new byte[] { 3 });
        (await reader.ReadLineAsync()).ShouldBe("^Cinterrupted");
        (await session.WaitAsync()).ShouldBe(5);
    }

    [Fact]
    public async Task A_shell_with_jobs_of_its_own_is_killed_with_all_of_them()
    {
        var mark = "86" + Guid.NewGuid().ToString("N");
        await using (var session = await cluster.Pods.ExecAsync("waiting", new PodExecOptions { Command = ["sh", "-mc", $"sh -c 'sleep 1000; true' {mark} & echo started; sleep 1000"], StandardInput = true, Terminal = true }))
        {
            using var reader = new StreamReader(session.StandardOutput);
            (await reader.ReadLineAsync()).ShouldBe("started");
        }

        await GoneAsync(mark);
    }

    [Fact]
    public async Task A_command_that_cannot_be_executed_is_told_in_a_kubelets_words()
    {
        var refusal = await Should.ThrowAsync<KubernetesException>(() => cluster.Pods.ExecAsync("waiting", ["nope"]));
        refusal.Message.ShouldContain("error executing command in container: failed to exec in container: exec: \"nope\": executable file not found in $PATH");
    }

    [Fact]
    public async Task A_container_that_has_ended_is_not_found()
    {
        await cluster.RunAsync("ended", "main", "true");
        await foreach (var change in cluster.Pods.WatchAsync())
        {
            if (change.Object is { Metadata.Name: "ended", Status.Phase: "Succeeded" }) break;
        }

        var refusal = await Should.ThrowAsync<KubernetesException>(() => cluster.Pods.ExecAsync("ended", ["true"]));
        refusal.Message.ShouldContain("unable to upgrade connection: container not found (\"main\")");
    }

    private static async Task FeedAsync(Stream to, byte[] data)
    {
        await to.WriteAsync(data);
        await to.DisposeAsync();
    }

    private static List<string> Processes(string mark) => [.. Directory.EnumerateDirectories("/proc").Where(d => char.IsAsciiDigit(Path.GetFileName(d)[0]) && CommandLine(d).Contains(mark, StringComparison.Ordinal))];

    private static string CommandLine(string process)
    {
        try
        {
            return File.ReadAllText($"{process}/cmdline", Encoding.UTF8);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    /// <summary>There is no event to wait for when another session's process ends: it is looked for, as long as that may take on a busy machine.</summary>
    private static async Task GoneAsync(string mark)
    {
        for (var i = 0; i < 600 && Processes(mark).Count > 0; i++) await Task.Delay(50);
        Processes(mark).ShouldBeEmpty();
    }
}

/// <summary>In a sandbox.</summary>
public sealed class SandboxExecTests(SandboxCluster cluster) : ExecTests(cluster), IClassFixture<SandboxCluster>;

/// <summary>As plain processes.</summary>
public sealed class PlainExecTests(PlainCluster cluster) : ExecTests(cluster), IClassFixture<PlainCluster>;
