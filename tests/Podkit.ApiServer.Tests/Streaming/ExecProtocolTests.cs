using System.Net.WebSockets;
using System.Text;

namespace Podkit.ApiServer.Tests.Streaming;

/// <summary>The messages of an exec over a WebSocket.</summary>
public sealed class ExecProtocolTests : IAsyncLifetime
{
    private const string V4 = "v4.channel.k8s.io";
    private const string V5 = "v5.channel.k8s.io";
    private const string Exec = StreamingServer.Pods + "/one/exec?command=sh&command=-c&command=exit+3&stdin=true&stdout=true&stderr=true";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private StreamingServer server = null!;

    public async Task InitializeAsync() => server = await StreamingServer.StartAsync();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Theory]
    [InlineData(V4)]
    [InlineData(V5)]
    public async Task An_exit_code_is_told_as_a_kubelet_tells_it(string protocol)
    {
        server.Kubelet.Run = async (_, streams, token) =>
        {
            await streams.StandardOutput!.WriteAsync("out"u8.ToArray(), token);
            await streams.StandardError!.WriteAsync("err"u8.ToArray(), token);
            return 3;
        };
        using var socket = await server.ConnectAsync(Exec, protocol);
        socket.SubProtocol.ShouldBe(protocol);
        (await socket.NextAsync()).ShouldBe((1, ""));
        (await socket.NextAsync()).ShouldBe((1, "out"));
        (await socket.NextAsync()).ShouldBe((2, "err"));
        (await socket.NextAsync()).ShouldBe((3, """{"metadata":{},"status":"Failure","message":"command terminated with non-zero exit code: error executing command [sh -c exit 3], exit code 3","reason":"NonZeroExitCode","details":{"causes":[{"reason":"ExitCode","message":"3"}]}}"""));
        (await socket.NextAsync()).ShouldBeNull();
        socket.CloseStatus.ShouldBe(WebSocketCloseStatus.NormalClosure);
    }

    [Fact]
    public async Task Success_is_told_too()
    {
        using var socket = await server.ConnectAsync(Exec, V5);
        (await socket.NextAsync()).ShouldBe((1, ""));
        (await socket.NextAsync()).ShouldBe((3, """{"metadata":{},"status":"Success"}"""));
        (await socket.NextAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task A_command_that_could_not_be_run_is_an_internal_error()
    {
        server.Kubelet.Run = (_, _, _) => throw new KubeletException(500, "no such file");
        using var socket = await server.ConnectAsync(Exec, V5);
        (await socket.NextAsync()).ShouldBe((1, ""));
        var (channel, text) = (await socket.NextAsync())!.Value;
        channel.ShouldBe(3);
        text.ShouldContain("\"message\":\"Internal error occurred: error executing command in container: no such file\",\"reason\":\"InternalError\"");
    }

    [Fact]
    public async Task The_command_gets_its_words_its_container_and_its_streams()
    {
        using var socket = await server.ConnectAsync($"{StreamingServer.Pods}/two/exec?container=main&command=a&command=b+c&stdin=1&stdout=true&tty=true&stderr=true", V5);
        await socket.NextAsync();
        server.Kubelet.Asked.TryDequeue(out var asked).ShouldBeTrue();
        asked.Command.ShouldBe(["a", "b c"]);
        (asked.Container, asked.Terminal, asked.StandardInput, asked.StandardOutput, asked.StandardError).ShouldBe(("main", true, true, true, false));
    }

    [Fact]
    public async Task The_end_of_the_input_is_told_with_v5()
    {
        server.Kubelet.Run = EchoAsync;
        using var socket = await server.ConnectAsync(Exec, V5, V4);
        await socket.NextAsync();
        await socket.SayAsync(0, "he", ends: false);
        await socket.SendAsync("llo"u8.ToArray(), WebSocketMessageType.Binary, true, CancellationToken.None);
        await socket.SayAsync(0, "");
        await socket.SayAsync(17, "of no channel");
        await socket.SayAsync(255, "\0");
        await socket.SayAsync(0, "after the end");
        (await AllAsync(socket)).ShouldBe("""hello3:{"metadata":{},"status":"Success"}""");
    }

    [Fact]
    public async Task With_v4_there_is_no_end_but_the_connections()
    {
        server.Kubelet.Run = EchoAsync;
        using var socket = await server.ConnectAsync(Exec, V4);
        await socket.NextAsync();
        await socket.SayAsync(255, "\0");
        await socket.SayAsync(0, "still there");
        (await socket.NextAsync()).ShouldBe((1, "still there"));
    }

    [Fact]
    public async Task Text_messages_are_taken_as_well()
    {
        server.Kubelet.Run = EchoAsync;
        using var socket = await server.ConnectAsync(Exec, V4);
        await socket.NextAsync();
        await socket.SendAsync("\0grüß"u8.ToArray(), WebSocketMessageType.Text, true, CancellationToken.None);
        (await socket.NextAsync()).ShouldBe((1, "grüß"));
    }

    [Fact]
    public async Task The_size_of_a_terminal_arrives_and_nonsense_does_not()
    {
        server.Kubelet.Run = async (_, streams, token) =>
        {
            await foreach (var size in streams.Sizes.WithCancellation(token))
            {
                await streams.StandardOutput!.WriteAsync(Encoding.ASCII.GetBytes($"{size.Columns}x{size.Rows}"), token);
                if (size.Rows == 40) return 0;
            }

            return 1;
        };
        using var socket = await server.ConnectAsync(Exec + "&tty=true", V5);
        await socket.NextAsync();
        foreach (var nonsense in (string[])["{", "[]", "7", """{"Width":-1,"Height":70000}""", """{"Width":"a"}""", new string('[', 900), new string(' ', 100_000)]) await socket.SayAsync(4, nonsense);
        await socket.SayAsync(4, """{"Width":120,""", ends: false);
        await socket.SendAsync("\"Height\":40}"u8.ToArray(), WebSocketMessageType.Binary, true, CancellationToken.None);
        (await socket.NextAsync()).ShouldBe((1, "120x40"));
        (await socket.NextAsync())!.Value.Channel.ShouldBe(3);
    }

    [Fact]
    public async Task A_client_that_leaves_ends_the_command()
    {
        var (begun, killed) = Waiting();
        using (var socket = await server.ConnectAsync(Exec, V5))
        {
            await socket.NextAsync();
            await begun.WaitAsync(Patience);
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        }

        await killed.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_client_that_breaks_off_ends_the_command()
    {
        var (begun, killed) = Waiting();
        using (var socket = await server.ConnectAsync(Exec, V5))
        {
            await socket.NextAsync();
            await begun.WaitAsync(Patience);
            socket.Abort();
        }

        await killed.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_client_that_breaks_off_while_nobody_reads_its_output_ends_the_command()
    {
        var (begun, killed) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource());
        server.Kubelet.Run = async (_, streams, token) =>
        {
            begun.SetResult();
            try
            {
                while (true) await streams.StandardOutput!.WriteAsync(new byte[100_000], token);
            }
            finally
            {
                killed.SetResult();
            }
        };
        using (var socket = await server.ConnectAsync(Exec, V5))
        {
            await socket.NextAsync();
            await begun.Task.WaitAsync(Patience);
            socket.Abort();
        }

        await killed.Task.WaitAsync(Patience);
    }

    [Fact]
    public async Task Input_that_nobody_reads_is_not_kept_without_bound()
    {
        var go = new TaskCompletionSource();
        server.Kubelet.Run = async (_, streams, token) =>
        {
            await go.Task.WaitAsync(token);
            using var all = new MemoryStream();
            await streams.StandardInput!.CopyToAsync(all, token);
            await streams.StandardOutput!.WriteAsync(Encoding.ASCII.GetBytes($"{all.Length}"), token);
            return 0;
        };
        using var socket = await server.ConnectAsync(Exec, V5);
        await socket.NextAsync();
        const int Size = 64 << 20;
        var sending = Task.Run(async () =>
        {
            await socket.SendAsync(new byte[Size], WebSocketMessageType.Binary, true, CancellationToken.None);
            await socket.SayAsync(255, "\0");
        });

        // Who sends is held back: 64 MB fit into no buffer on the way.
        (await Task.WhenAny(sending, Task.Delay(500))).ShouldNotBe(sending);
        go.SetResult();
        await sending;
        (await socket.NextAsync()).ShouldBe((1, $"{Size - 1}"));
    }

    [Fact]
    public async Task A_server_that_stops_ends_commands_and_says_so()
    {
        var (begun, killed) = Waiting();
        using var socket = await server.ConnectAsync(Exec, V5);
        await socket.NextAsync();
        await begun.WaitAsync(Patience);
        var stopping = server.DisposeAsync();
        await killed.WaitAsync(Patience);
        (await socket.NextAsync()).ShouldBeNull();
        (socket.CloseStatus, socket.CloseStatusDescription).ShouldBe((WebSocketCloseStatus.EndpointUnavailable, "the server is shutting down"));
        await stopping;
    }

    [Fact]
    public async Task A_long_command_fits()
    {
        var word = new string('x', 100_000);
        using var socket = await server.ConnectAsync($"{Exec}&command={word}", V5);
        await socket.NextAsync();
        server.Kubelet.Asked.TryDequeue(out var asked).ShouldBeTrue();
        asked.Command[^1].ShouldBe(word);
    }

    /// <summary>The command waits until it is killed; the tasks tell that it runs, and that it was killed.</summary>
    private (Task Begun, Task Killed) Waiting()
    {
        var (begun, killed) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource());
        server.Kubelet.Run = async (_, _, token) =>
        {
            using var registration = token.Register(killed.SetResult);
            begun.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
            return 0;
        };
        return (begun.Task, killed.Task);
    }

    private static async Task<int> EchoAsync(PodExecOptions options, PodSessionStreams streams, CancellationToken token)
    {
        await streams.StandardInput!.CopyToAsync(streams.StandardOutput!, token);
        return 0;
    }

    private static async Task<string> AllAsync(WebSocket socket)
    {
        var text = new StringBuilder();
        while (await socket.NextAsync() is { } message) text.Append(message.Channel == 1 ? message.Text : $"{message.Channel}:{message.Text}");
        return text.ToString();
    }
}
