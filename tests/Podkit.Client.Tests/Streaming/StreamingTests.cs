using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Podkit.Testing;

namespace Podkit.Client.Tests.Streaming;

public sealed class StreamingTests : IAsyncLifetime
{
    private readonly TestAuthority _authority = new();
    private FakeApiServer _server = null!;
    private KubernetesClient _client = null!;
    private Func<FakeKubelet, Task> _answer = _ => Task.CompletedTask;
    private string[] _protocols = ["v5.channel.k8s.io", "v4.channel.k8s.io"];
    private RequestDelegate? _refuse;
    private string? _authorization;

    public async Task InitializeAsync()
    {
        _server = await FakeApiServer.StartAsync(_authority.Server(), async c =>
        {
            _authorization = c.Request.Headers.Authorization;
            if (_refuse is not null)
            {
                await _refuse(c);
                return;
            }

            var protocol = _protocols.First(p => c.WebSockets.WebSocketRequestedProtocols.Contains(p));
            using var socket = await c.WebSockets.AcceptWebSocketAsync(protocol);
            await _answer(new FakeKubelet(socket));
        });
        _client = Clients.For(_server, _authority);
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        _authority.Dispose();
    }

    [Fact]
    public async Task A_program_gives_its_outputs_and_its_exit_code()
    {
        _answer = async k =>
        {
            await k.SendAsync(1, "out ");
            await k.SendAsync(2, "err");
            await k.SendAsync(1, "put");
            await k.SendAsync(3, """{"metadata":{},"status":"Failure","message":"command terminated with non-zero exit code: exit status 3","reason":"NonZeroExitCode","details":{"causes":[{"reason":"ExitCode","message":"3"}]}}""");
            await k.CloseAsync();
        };
        var result = await _client.Pods.InNamespace("team").ExecAsync("p", ["sh", "-c", "echo a b"], "main");
        result.ShouldBe(new ExecResult(3, "out put", "err"));
        _server.Requests.ShouldBe(["GET /api/v1/namespaces/team/pods/p/exec?command=sh&command=-c&command=echo%20a%20b&container=main&stdout=true&stderr=true"]);
        _authorization.ShouldBe("Bearer test-token-0123456789");
    }

    [Fact]
    public async Task The_input_reaches_the_program_and_its_end_is_told()
    {
        _answer = async k =>
        {
            var input = new MemoryStream();
            while (await k.ReceiveAsync() is var (channel, data))
            {
                if (channel == 255)
                {
                    data.ShouldBe([0]);
                    break;
                }

                channel.ShouldBe((byte)0);
                input.Write(data);
            }

            await k.SendAsync(1, input.ToArray());
            await k.SendAsync(3, """{"status":"Success"}""");
            await k.CloseAsync();
        };
        var text = new string('x', 200_000) + "end";
        var result = await _client.Pods.ExecAsync("p", ["cat"], input: new MemoryStream(Encoding.UTF8.GetBytes(text)));
        result.ExitCode.ShouldBe(0);
        result.Output.ShouldBe(text);
    }

    [Fact]
    public async Task An_older_server_is_spoken_to_in_its_own_protocol()
    {
        _protocols = ["v4.channel.k8s.io"];
        _answer = async k =>
        {
            await k.SendAsync(1, "hello");
            await k.SendAsync(3, """{"status":"Success"}""");
            await k.CloseAsync();
        };
        await using var session = await _client.Pods.ExecAsync("p", new PodExecOptions { Command = ["sh"], StandardInput = true });
        session.Protocol.ShouldBe("v4.channel.k8s.io");
        session.CanEndInput.ShouldBeFalse();
        (await new StreamReader(session.StandardOutput).ReadToEndAsync()).ShouldBe("hello");
        (await session.WaitAsync()).ShouldBe(0);
        (await Should.ThrowAsync<NotSupportedException>(() => _client.Pods.ExecAsync("p", ["cat"], input: Stream.Null))).Message.ShouldContain("1.29");
    }

    [Fact]
    public async Task A_terminal_is_told_its_size_and_has_one_output()
    {
        _answer = async k =>
        {
            var (channel, data) = (await k.ReceiveAsync())!.Value;
            channel.ShouldBe((byte)4);
            await k.SendAsync(1, data);
            await k.SendAsync(3, """{"status":"Success"}""");
            await k.CloseAsync();
        };
        await using var session = await _client.Pods.AttachAsync("p", new PodExecOptions { StandardInput = true, Terminal = true });
        await session.ResizeAsync(120, 40);
        (await new StreamReader(session.StandardOutput).ReadToEndAsync()).ShouldBe("""{"Width":120,"Height":40}""");
        (await session.WaitAsync()).ShouldBe(0);
        _server.Requests.ShouldBe(["GET /api/v1/namespaces/default/pods/p/attach?stdin=true&stdout=true&tty=true"]);
    }

    [Fact]
    public async Task A_refusal_is_the_servers_status()
    {
        _refuse = c => c.Status(403, "Forbidden", "pods \\\"p\\\" is forbidden: User \\\"me\\\" cannot create resource \\\"pods/exec\\\"");
        var error = await Should.ThrowAsync<KubernetesException>(() => _client.Pods.ExecAsync("p", ["true"]));
        error.IsForbidden.ShouldBeTrue();
        error.Message.ShouldContain("cannot create resource \"pods/exec\"");
    }

    [Fact]
    public async Task A_program_that_cannot_be_run_is_an_error_with_the_servers_words()
    {
        _answer = async k =>
        {
            await k.SendAsync(3, """{"status":"Failure","message":"exec: \"nope\": executable file not found in $PATH","reason":"InternalError","code":500}""");
            await k.CloseAsync();
        };
        (await Should.ThrowAsync<KubernetesException>(() => _client.Pods.ExecAsync("p", ["nope"]))).Message.ShouldContain("executable file not found");
    }

    [Fact]
    public async Task A_connection_that_ends_without_a_result_is_not_a_success()
    {
        _answer = async k =>
        {
            await k.SendAsync(1, "half");
            await k.CloseAsync();
        };
        (await Should.ThrowAsync<KubernetesConnectionException>(() => _client.Pods.ExecAsync("p", ["sh"]))).Message.ShouldContain("without saying how the program ended");
        _answer = k =>
        {
            k.Abort();
            return Task.CompletedTask;
        };
        (await Should.ThrowAsync<KubernetesConnectionException>(() => _client.Pods.ExecAsync("p", ["sh"]))).Error.ShouldBe(KubernetesConnectionError.Broken);
    }

    [Fact]
    public async Task A_reader_who_is_slow_loses_nothing_and_holds_the_server_back()
    {
        const int total = 64 << 20;
        var sent = 0;
        _answer = async k =>
        {
            var chunk = new byte[64 << 10];
            while (sent < total)
            {
                await k.SendAsync(1, chunk);
                Interlocked.Add(ref sent, chunk.Length);
            }

            await k.SendAsync(3, """{"status":"Success"}""");
            await k.CloseAsync();
        };
        await using var session = await _client.Pods.ExecAsync("p", new PodExecOptions { Command = ["sh"] });
        for (var before = -1; before != Volatile.Read(ref sent) || before == 0;)
        {
            before = Volatile.Read(ref sent);
            await Task.Delay(200);
        }

        sent.ShouldBeLessThan(total);
        var read = 0L;
        var buffer = new byte[100_000];
        int n;
        while ((n = await session.StandardOutput.ReadAsync(buffer)) > 0) read += n;
        read.ShouldBe(total);
        (await session.WaitAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Disposing_a_session_cuts_its_connection()
    {
        var gone = new TaskCompletionSource();
        _answer = async k =>
        {
            await k.SendAsync(1, "x");
            try
            {
                while (await k.ReceiveAsync() is not null)
                {
                }
            }
            catch (WebSocketException)
            {
                // Cut, as it should be.
            }
            finally
            {
                gone.SetResult();
            }
        };
        var session = await _client.Pods.ExecAsync("p", new PodExecOptions { Command = ["sleep", "600"] });
        await session.StandardOutput.ReadExactlyAsync(new byte[1]);
        await session.DisposeAsync();
        await gone.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await Should.ThrowAsync<OperationCanceledException>(() => session.WaitAsync());
    }

    [Fact]
    public async Task A_port_is_a_stream_without_the_prefix_of_the_protocol()
    {
        _protocols = ["v4.channel.k8s.io"];
        _answer = EchoAsync;
        await using var stream = await _client.Pods.ConnectToPortAsync("p", 8080);
        await stream.WriteAsync("ping"u8.ToArray());
        var answer = new byte[4];
        await stream.ReadExactlyAsync(answer);
        Encoding.ASCII.GetString(answer).ShouldBe("PING");
        _server.Requests.ShouldBe(["GET /api/v1/namespaces/default/pods/p/portforward?ports=8080"]);
    }

    [Fact]
    public async Task A_port_that_nothing_listens_at_is_an_error_with_the_kubelets_words()
    {
        _answer = async k =>
        {
            await k.SendAsync(0, [0x90, 0x1f]);
            await k.SendAsync(1, [0x90, 0x1f]);
            await k.SendAsync(1, "dial tcp4 127.0.0.1:8080: connect: connection refused");
            await k.CloseAsync();
        };
        await using var stream = await _client.Pods.ConnectToPortAsync("p", 8080);
        (await Should.ThrowAsync<IOException>(async () => await stream.ReadExactlyAsync(new byte[1]))).Message.ShouldContain("connection refused");
    }

    [Fact]
    public async Task A_forwarded_port_takes_connections_of_this_machine_and_gives_each_its_own()
    {
        _answer = EchoAsync;
        await using var forwarder = _client.Pods.ForwardPort("p", 8080);
        for (var i = 0; i < 3; i++)
        {
            using var local = new TcpClient();
            await local.ConnectAsync(IPAddress.Loopback, forwarder.LocalPort);
            var stream = local.GetStream();
            await stream.WriteAsync("abc"u8.ToArray());
            var answer = new byte[3];
            await stream.ReadExactlyAsync(answer);
            Encoding.ASCII.GetString(answer).ShouldBe("ABC");
        }

        _server.Requests.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_forwarder_tells_why_a_connection_could_not_be_forwarded()
    {
        _refuse = c => c.Status(404, "NotFound", "pods \\\"p\\\" not found");
        var told = new TaskCompletionSource<Exception>();
        await using var forwarder = _client.Pods.ForwardPort("p", 8080);
        forwarder.OnError = e => told.TrySetResult(e);
        using var local = new TcpClient();
        await local.ConnectAsync(IPAddress.Loopback, forwarder.LocalPort);
        (await told.Task.WaitAsync(TimeSpan.FromSeconds(60))).ShouldBeOfType<KubernetesException>().IsNotFound.ShouldBeTrue();
        (await local.GetStream().ReadAsync(new byte[1])).ShouldBe(0);
    }

    [Fact]
    public async Task A_server_that_switches_to_something_else_is_not_believed()
    {
        _refuse = async c =>
        {
            var feature = c.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpUpgradeFeature>()!;
            c.Response.Headers.Upgrade = "websocket";
            c.Response.Headers["Sec-WebSocket-Accept"] = "bm8=";
            await using var stream = await feature.UpgradeAsync();
            await c.Forever();
        };
        (await Should.ThrowAsync<KubernetesConnectionException>(() => _client.Pods.ExecAsync("p", ["true"]))).Error.ShouldBe(KubernetesConnectionError.Protocol);
    }

    [Fact]
    public async Task What_makes_no_sense_is_refused_before_anything_is_sent()
    {
        await Should.ThrowAsync<ArgumentException>(() => _client.Pods.ExecAsync("p", new PodExecOptions()));
        await Should.ThrowAsync<ArgumentException>(() => _client.Pods.AttachAsync("p", new PodExecOptions { Command = ["sh"] }));
        await Should.ThrowAsync<ArgumentException>(() => _client.Pods.AttachAsync("p", new PodExecOptions { StandardOutput = false, StandardError = false }));
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => _client.Pods.ConnectToPortAsync("p", 0));
        _server.Requests.ShouldBeEmpty();
    }

    private static async Task EchoAsync(FakeKubelet kubelet)
    {
        await kubelet.SendAsync(0, [0x90, 0x1f]);
        await kubelet.SendAsync(1, [0x90, 0x1f]);
        try
        {
            while (await kubelet.ReceiveAsync() is var (channel, data))
            {
                await kubelet.SendAsync(channel, Encoding.ASCII.GetString(data).ToUpperInvariant());
            }
        }
        catch (WebSocketException)
        {
            // The client has gone.
        }
    }
}
