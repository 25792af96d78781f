using System.Text;
using Podkit.Client;

namespace Podkit.LocalCluster.Tests.Streaming;

/// <summary>Podkit.Client attaches to containers of a real cluster.</summary>
public abstract class AttachTests(StreamingCluster cluster)
{
    private const string Echo = "while read line; do echo got $line; echo aside $line >&2; done; echo the end";
    private static readonly PodExecOptions WithInput = new() { StandardInput = true };

    [Fact]
    public async Task Input_goes_in_and_output_and_errors_come_apart()
    {
        await cluster.RunAsync("attach-both", "main", Echo, c => c.Stdin = true);
        await using var session = await cluster.Pods.AttachAsync("attach-both", WithInput);
        using var output = new StreamReader(session.StandardOutput);
        using var error = new StreamReader(session.StandardError);
        await SayAsync(session, "one\n");
        (await output.ReadLineAsync()).ShouldBe("got one");
        (await error.ReadLineAsync()).ShouldBe("aside one");
        await SayAsync(session, "two\n");
        (await output.ReadLineAsync()).ShouldBe("got two");
        (await cluster.Cluster.Client.GetTextAsync("/api/v1/namespaces/default/pods/attach-both/log")).ShouldContain("got one\n");
    }

    [Fact]
    public async Task Leaving_leaves_the_container_and_its_input_alone()
    {
        await cluster.RunAsync("attach-again", "main", Echo, c => c.Stdin = true);
        foreach (var word in (string[])["first", "second"])
        {
            await using var session = await cluster.Pods.AttachAsync("attach-again", WithInput);
            using var output = new StreamReader(session.StandardOutput);
            await SayAsync(session, word + "\n");
            (await output.ReadLineAsync()).ShouldBe($"got {word}");
            if (word == "second") await session.StandardInput!.DisposeAsync();
        }

        (await cluster.Pods.GetAsync("attach-again")).Status.Phase.ShouldBe("Running");
    }

    [Fact]
    public async Task An_input_for_once_ends_with_the_first_who_wrote_to_it()
    {
        await cluster.RunAsync("attach-once", "main", Echo, c => (c.Stdin, c.StdinOnce) = (true, true));
        await using var session = await cluster.Pods.AttachAsync("attach-once", WithInput);
        await SayAsync(session, "all\n");
        await session.StandardInput!.DisposeAsync();
        using var output = new StreamReader(session.StandardOutput);
        (await output.ReadToEndAsync()).ShouldBe("got all\nthe end\n");
        (await session.WaitAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Without_stdin_the_input_is_empty_and_what_is_sent_goes_nowhere()
    {
        await cluster.RunAsync("attach-deaf", "main", "cat; while [ ! -e /tmp/go-$HOSTNAME ]; do sleep 0.05; done; rm /tmp/go-$HOSTNAME; echo done");
        await using var session = await cluster.Pods.AttachAsync("attach-deaf", WithInput);
        await SayAsync(session, new string('x', 3 << 20));
        (await cluster.Pods.ExecAsync("attach-deaf", ["sh", "-c", "touch /tmp/go-$HOSTNAME"])).ExitCode.ShouldBe(0);
        using var output = new StreamReader(session.StandardOutput);
        (await output.ReadToEndAsync()).ShouldBe("done\n");
    }

    [Fact]
    public async Task A_container_with_a_terminal_has_one()
    {
        await cluster.RunAsync("attach-tty", "main", "read line; test -t 0 && test -t 1 && echo $line $TERM; while [ \"$(stty size)\" = \"0 0\" ]; do sleep 0.02; done; stty size; trap 'echo interrupted; exit' INT; echo ready; while true; do sleep 0.1; done", c => (c.Stdin, c.Tty) = (true, true));
        await using var session = await cluster.Pods.AttachAsync("attach-tty", WithInput with { Terminal = true });
        using var output = new StreamReader(session.StandardOutput);
        await SayAsync(session, "typed\n");
        (await output.ReadLineAsync()).ShouldBe("typed");
        (await output.ReadLineAsync()).ShouldBe("typed xterm");
        await session.ResizeAsync(100, 30);
        (await output.ReadLineAsync()).ShouldBe("30 100");
        (await output.ReadLineAsync()).ShouldBe("ready");
        await session.StandardInput!.WriteAsync(new byte[] { 3 });
        (await output.ReadLineAsync()).ShouldBe("^Cinterrupted");
        (await session.WaitAsync()).ShouldBe(0);
    }

    private static async Task SayAsync(ContainerSession session, string text) => await session.StandardInput!.WriteAsync(Encoding.UTF8.GetBytes(text));
}

/// <summary>In a sandbox.</summary>
public sealed class SandboxAttachTests(SandboxCluster cluster) : AttachTests(cluster), IClassFixture<SandboxCluster>;

/// <summary>As plain processes.</summary>
public sealed class PlainAttachTests(PlainCluster cluster) : AttachTests(cluster), IClassFixture<PlainCluster>;
